// Gauss–Krüger coordinates on the CGCS2000 ellipsoid and back, by Krüger's series in the third flattening
// to its fourth power (C. Karney, Transverse Mercator with an accuracy of a few nanometers, 2011, eq. 35, 36):
// a micrometre within a zone. x is the northing, y the easting with 500 km and the zone in front, in metres.

const A = 6378137;
const F = 1 / 298.257222101;
const N = F / (2 - F);
const E = Math.sqrt(F * (2 - F));
const RADIUS = (A / (1 + N)) * (1 + N ** 2 / 4 + N ** 4 / 64);
const ALPHA = [
  N / 2 - (2 / 3) * N ** 2 + (5 / 16) * N ** 3 + (41 / 180) * N ** 4,
  (13 / 48) * N ** 2 - (3 / 5) * N ** 3 + (557 / 1440) * N ** 4,
  (61 / 240) * N ** 3 - (103 / 140) * N ** 4,
  (49561 / 161280) * N ** 4,
];
const BETA = [
  N / 2 - (2 / 3) * N ** 2 + (37 / 96) * N ** 3 - (1 / 360) * N ** 4,
  (1 / 48) * N ** 2 + (1 / 15) * N ** 3 - (437 / 1440) * N ** 4,
  (17 / 480) * N ** 3 - (37 / 840) * N ** 4,
  (4397 / 161280) * N ** 4,
];
const DEGREE = Math.PI / 180;
const FALSE_EAST = 500000;
const ZONE = 1e6;

// The middle of a zone in degrees; zones of 3° and of 6° are counted from different places.
export const meridian = (zone, span) => (span === 3 ? 3 * zone : 6 * zone - 3);
export const zoneOf = (lng) => Math.round(lng / 3);

export function toPlane(lng, lat, zone, span = 3) {
  const sine = Math.sin(lat * DEGREE);
  const t = Math.sinh(Math.atanh(sine) - E * Math.atanh(E * sine));
  const away = (lng - meridian(zone, span)) * DEGREE;
  const xi = Math.atan2(t, Math.cos(away));
  const eta = Math.asinh(Math.sin(away) / Math.hypot(t, Math.cos(away)));
  let [north, east] = [xi, eta];
  ALPHA.forEach((factor, place) => {
    const k = 2 * (place + 1);
    north += factor * Math.sin(k * xi) * Math.cosh(k * eta);
    east += factor * Math.cos(k * xi) * Math.sinh(k * eta);
  });
  return { x: RADIUS * north, y: zone * ZONE + FALSE_EAST + RADIUS * east };
}

// `y` without the zone in front.
export function toDegrees(x, y, zone, span = 3) {
  const [north, east] = [x / RADIUS, (y - FALSE_EAST) / RADIUS];
  let [xi, eta] = [north, east];
  BETA.forEach((factor, place) => {
    const k = 2 * (place + 1);
    xi -= factor * Math.sin(k * north) * Math.cosh(k * east);
    eta -= factor * Math.cos(k * north) * Math.sinh(k * east);
  });
  const conformal = Math.asinh(Math.sin(xi) / Math.hypot(Math.sinh(eta), Math.cos(xi)));
  let sine = Math.tanh(conformal);
  for (let turn = 0; turn < 8; turn += 1) sine = Math.tanh(conformal + E * Math.atanh(E * sine));
  return { lng: meridian(zone, span) + Math.atan2(Math.sinh(eta), Math.cos(xi)) / DEGREE, lat: Math.asin(sine) / DEGREE };
}
