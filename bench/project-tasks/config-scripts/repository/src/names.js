export const NAMES = { red: "#ff0000", teal: "#008080", sand: "#c2b280" };
