import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { bundleProgram } from "./bundle-program.ts";

const ROOT = dirname(import.meta.dir);

async function printed(program: string): Promise<string> {
  const child = Bun.spawn([process.execPath, program, "help", "ask"], { stderr: "inherit" });
  return await new Response(child.stdout).text();
}

test("a bundle prints what the program prints, and is gone when it is disposed of", async () => {
  let program = "";
  {
    await using bundle = await bundleProgram();
    program = bundle.environment.ORG_TEST_PROGRAM;
    const [bundled, plain] = await Promise.all([printed(program), printed(join(ROOT, "main.ts"))]);
    expect(bundled).toBe(plain);
    expect(bundled).toContain("org ask");
  }
  expect(existsSync(program)).toBe(false);
});
