export { capitalize } from "./capitalize.ts";
export { countWords } from "./count-words.ts";
