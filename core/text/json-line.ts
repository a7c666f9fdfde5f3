// What JSON leaves as it is although a terminal or a reader's eye could mistake it: delete, C1, line ends
// in disguise, and what Unicode defines as invisible.
const UNSAFE = /[\u007f-\u009f\p{Cf}\p{Default_Ignorable_Code_Point}\u2028\u2029]/gu;

/** Data as one line of JSON that shows nothing but itself: read back, it is the same to the letter. */
export function jsonLine(data: unknown): string {
  return `${JSON.stringify(data).replace(UNSAFE, escaped)}\n`;
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}
