import { expect, test } from "bun:test";
import { version } from "../../package.json";
import { parseCommandLine } from "../command-line.ts";
import { command } from "./version.ts";

test.each([
  [[], `org ${version}\n`],
  [["--json"], `{"version":"${version}"}\n`],
])("org version %j prints the version of package.json", async (args, printed) => {
  if (!("page" in command)) throw new Error("it prints a page");
  expect(await command.page(parseCommandLine(["version", ...args]))).toBe(printed);
});
