import { countText } from "./format.js";

export function lapLines(laps) {
  return laps.map((metres, index) => `lap ${index + 1}: ${countText(metres)} m`);
}
