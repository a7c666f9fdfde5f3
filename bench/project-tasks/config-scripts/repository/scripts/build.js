import { mkdirSync, writeFileSync } from "node:fs";
import { NAMES } from "../src/names.js";

mkdirSync("dist", { recursive: true });
writeFileSync("dist/names.json", JSON.stringify(NAMES));
