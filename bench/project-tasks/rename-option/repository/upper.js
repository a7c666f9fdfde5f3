import { readFileSync, writeFileSync } from "node:fs";
import { readArguments, USAGE } from "./arguments.js";

const read = readArguments(process.argv.slice(2));
if (read.problem !== undefined) {
  console.error(`${read.problem}\n${USAGE}`);
  process.exit(2);
}
const text = readFileSync(read.file, "utf8").toUpperCase();
if (read.dest === undefined) process.stdout.write(text);
else writeFileSync(read.dest, text);
