import { expect, test } from "bun:test";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { TaskRepository } from "#test/exec-repository.ts";
import { brokenGuarantee } from "./guarantees.ts";
import { openScratch } from "./scratch.ts";

test("a check finds the tree as Git holds it, may write, and leaves the next one nothing", async () => {
  using source = new TaskRepository();
  source.link("src/link", "cart.ts");
  source.commit("a link", {});
  await using scratch = await openScratch(source.checkout);
  const broken = async (...checks: readonly string[]) =>
    await brokenGuarantee(scratch, scratch.base, {
      guarantees: checks.map((check) => ({ text: "It holds.", check })),
      cleaner: new TextCleaner(),
      signal: AbortSignal.timeout(600_000),
      note: () => undefined,
    });
  const reads = "grep -q total src/link && echo x > src/new && test -s src/new";
  expect(await broken(reads, "test ! -e src/new")).toBeUndefined();
  expect(await broken("true", "echo no; exit 3")).toBe(
    'it breaks a guarantee, "It holds.": "echo no; exit 3" ended with 3\nno',
  );
});
