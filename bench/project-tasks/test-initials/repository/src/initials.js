/** The first letters of the first and of the last word of a name, as capital letters. */
export function initials(name) {
  const words = name.split(" ").filter((word) => word !== "");
  const ends = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return ends.map((word) => word[0].toUpperCase()).join("");
}
