// A typed coordinate: degrees, degrees with minutes and seconds, or Gauss–Krüger. Which number is which is
// told by letters where there are some, else by size: China's longitudes, latitudes, northings and eastings
// do not overlap. NFKC makes digits and commas of full width plain, and two primes of a double one.

import { toDegrees } from "./gausskruger.js";

const LNG = [73, 136];
const LAT = [3, 54];
const NORTH = [1.8e6, 6.0e6];
const SEXAGESIMAL = /(\d+(?:\.\d+)?)\s*[°度]\s*(?:(\d+(?:\.\d+)?)\s*[′'’分]\s*)?(?:(\d+(?:\.\d+)?)\s*(?:[″"”秒]|''|′′)\s*)?([EWNSewns东西南北])?/g;

const within = (value, [low, high]) => value >= low && value <= high;

// → { lng, lat, zone?, span? }, or { fault: "bad" | "zone" } where it cannot be read, or the zone is missing.
// `zone` is the reader's own, for eastings without one.
export function read(text, zone = null) {
  const plain = text.normalize("NFKC");
  const numbers = /[°度]/.test(plain) ? sexagesimal(plain) : decimal(plain);
  if (numbers === null || numbers.length !== 2) return { fault: "bad" };
  const [a, b] = numbers;
  if (within(a, LNG) && within(b, LAT)) return { lng: a, lat: b };
  if (within(b, LNG) && within(a, LAT)) return { lng: b, lat: a };
  if (within(a, NORTH)) return plane(a, b, zone);
  if (within(b, NORTH)) return plane(b, a, zone);
  return { fault: "bad" };
}

function decimal(text) {
  const bare = text.replace(/[XYxyENen东北经纬坐标度:：=,，;；、\s]+/g, " ").trim();
  const parts = bare.split(" ");
  return parts.every((part) => /^\d+(\.\d+)?$/.test(part)) ? parts.map(Number) : null;
}

function sexagesimal(text) {
  const found = [...text.matchAll(SEXAGESIMAL)];
  if (text.replace(SEXAGESIMAL, "").replace(/[东北经纬ENen:：,，;；、\s]/g, "")) return null;
  if (found.some(([, , minutes = 0, seconds = 0, side = ""]) => minutes >= 60 || seconds >= 60 || /[WSws西南]/.test(side))) return null;
  return found.map(([, degrees, minutes = 0, seconds = 0]) => Number(degrees) + minutes / 60 + seconds / 3600);
}

function plane(x, y, own) {
  const prefix = Math.floor(y / 1e6);
  if (prefix >= 25 && prefix <= 45) return { ...toDegrees(x, y % 1e6, prefix, 3), zone: prefix, span: 3 };
  if (prefix >= 13 && prefix <= 23) return { ...toDegrees(x, y % 1e6, prefix, 6), zone: prefix, span: 6 };
  if (prefix === 0 && y >= 1e5 && y <= 9e5) return own ? { ...toDegrees(x, y, own, 3), zone: own, span: 3 } : { fault: "zone" };
  return { fault: "bad" };
}
