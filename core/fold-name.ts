/** Letters of other scripts that look like Latin ones, in small letters. */
const LOOKALIKES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ а: "a", с: "c", ԁ: "d", е: "e", һ: "h", і: "i", ј: "j", к: "k", ӏ: "l", м: "m", п: "n" },
    ...{ о: "o", р: "p", ԛ: "q", ѕ: "s", т: "t", у: "y", в: "b", г: "r", ս: "u", ո: "n", օ: "o" },
    ...{ α: "a", ε: "e", ι: "i", κ: "k", ν: "v", ο: "o", ρ: "p", τ: "t", υ: "u", χ: "x", η: "n" },
    ...{ ᴜ: "u", ꜱ: "s", ᴇ: "e", ʀ: "r", ʏ: "y", ѵ: "v", ʋ: "u", ѡ: "w", ɡ: "g", ı: "i" },
  }),
);

/** A name as a reader takes it: small, without accents or widths, look-alikes of other scripts as Latin letters. */
export function foldName(name: string): string {
  const plain = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return Array.from(plain, (letter) => LOOKALIKES.get(letter) ?? letter).join("");
}
