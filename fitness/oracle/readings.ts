/** How a model reads a text, whatever it is written in: look-alikes, digits for letters, joined and spaced words. */
import { foldName } from "#core/fold-name.ts";
import { decodedTexts } from "./decoded.ts";

/** Digits and signs that stand for letters, where a word holds letters as well. */
const FOR_LETTERS: ReadonlyMap<string, string> = new Map(
  Object.entries({ 0: "o", 1: "i", 3: "e", 4: "a", 5: "s", 7: "t", "@": "a", $: "s" }),
);

/** What {@link plainReadings} gives for the text, and for what it says when it is decoded. */
export function readings(text: string): readonly string[] {
  return [...new Set([text, ...decodedTexts(text)].flatMap(plainReadings))];
}

/** The text on one line, and the same with every word as it is meant. */
export function plainReadings(text: string): readonly string[] {
  const plain = text
    .normalize("NFKC")
    // A second space, a line end or a sign without width would hide an order.
    .replace(/[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu, "")
    .replace(/\s+/g, " ");
  const separated = plain
    .replace(/(?<=\p{Ll})(?=\p{Lu}\p{Ll})/gu, " ")
    .replace(/(?<=[\p{L}\d])[-_+*~/]+(?=[\p{L}\d])/gu, " ")
    .replace(/\b(?:\p{L} ){3,}\p{L}\b/gu, (spaced) => spaced.replaceAll(" ", ""))
    .replace(/[\p{L}\d@$]+/gu, (word) =>
      /[a-z].*[a-z]/i.test(word) && word.length > 3
        ? word.replace(/[013457@$]/g, (sign) => FOR_LETTERS.get(sign) ?? sign)
        : word,
    );
  const folded =
    /[^\0-\x7f]/.test(separated) && /[a-z]/i.test(separated) ? foldName(separated) : separated;
  return folded === plain ? [plain] : [plain, folded];
}
