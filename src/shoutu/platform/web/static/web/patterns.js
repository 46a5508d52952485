// The fills of layer kinds, drawn on a canvas. Their pitch is fixed in screen pixels: MapLibre
// stretches a pattern between whole zooms, so the canvas is made smaller by as much.

const PITCH = { lines: [8, 7], dots: [9, 9], slant: [8, 8], vees: [16, 12], crosses: [18, 18], flat: [4, 4], ticks: [4, 4] };

function strokes(pen, name, w, h) {
  pen.beginPath();
  if (name === "lines") {
    pen.moveTo(0, h / 2);
    pen.lineTo(w, h / 2);
  } else if (name === "slant") {
    for (const shift of [-w, 0, w]) {
      pen.moveTo(shift, h);
      pen.lineTo(shift + w, 0);
    }
  } else if (name === "vees") {
    pen.moveTo(w / 2 - 2.5, h / 2 - 3);
    pen.lineTo(w / 2, h / 2 + 2);
    pen.lineTo(w / 2 + 2.5, h / 2 - 3);
  } else if (name === "crosses") {
    pen.moveTo(w / 2 - 3, h / 2 - 3);
    pen.lineTo(w / 2 + 3, h / 2 + 3);
    pen.moveTo(w / 2 + 3, h / 2 - 3);
    pen.lineTo(w / 2 - 3, h / 2 + 3);
  }
  pen.stroke();
}

// The image of a kind's fill, or null where it has none. `grain` is canvas pixels a screen pixel.
export function pattern(name, colour, grain) {
  if (!PITCH[name]) return null;
  const [w, h] = PITCH[name];
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(w * grain);
  canvas.height = Math.round(h * grain);
  const pen = canvas.getContext("2d");
  pen.scale(canvas.width / w, canvas.height / h);
  pen.strokeStyle = pen.fillStyle = colour;
  pen.lineWidth = name === "vees" || name === "crosses" ? 1.4 : 1;
  if (name === "flat" || name === "slant") {
    pen.globalAlpha = name === "flat" ? 0.22 : 0.16;
    pen.fillRect(0, 0, w, h);
    pen.globalAlpha = 1;
  }
  if (name === "dots") {
    pen.arc(w / 2, h / 2, 1.2, 0, 7);
    pen.fill();
  } else if (name !== "flat" && name !== "ticks") {
    strokes(pen, name, w, h);
  }
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

// The mark of a patch that is too small to see: a magenta square on a white casing.
export function patchMark(grain) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.round(22 * grain);
  const pen = canvas.getContext("2d");
  pen.scale(canvas.width / 22, canvas.width / 22);
  for (const [width, colour] of [[6, "#fff"], [2.8, "#c4127e"]]) {
    pen.lineWidth = width;
    pen.strokeStyle = colour;
    pen.strokeRect(5, 5, 12, 12);
  }
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}
