import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import fc from "fast-check";
import { openCheckout } from "#platform/git/repository.ts";
import { TrickyRepository } from "#test/tricky-repository.ts";
import { fileContents, WordSearch } from "./contents.ts";
import { taskTerms } from "./task-terms.ts";

const found = (task: string, text: string) => {
  const { stems, quoted } = new WordSearch(taskTerms(task)).in(new TextEncoder().encode(text));
  return { stems: Object.fromEntries(stems), quoted };
};

test("words are counted whatever their ending, and however they are joined", () => {
  const text = "discounted DISCOUNTS applyDiscount total_discount9 miscount discounting";
  expect(found("the discount is wrong", text).stems).toEqual({ discount: 5 });
});

test("a word is not found in the middle of another, nor far before its end", () => {
  expect(found("mend the port", "report sport export portability porters").stems).toEqual({
    port: 1,
  });
});

test("words of other scripts are found", () => {
  expect(found("почему цена неверна", "// цена товара\nконец").stems).toEqual({ цена: 1 });
});

test.each([
  ['it says "Cart is empty" too soon'],
  ["it says 'Cart is empty' too soon"],
  ["it says `Cart is empty` too soon"],
  ["it says “Cart is empty” too soon"],
])("what is quoted is found to the letter: %s", (task) => {
  expect(found(task, 'throw new Error("Cart is empty");').quoted).toBe(1);
  expect(found(task, 'throw new Error("cart is empty");').quoted).toBe(0);
});

test("a name is a quotation, and an apostrophe begins none", () => {
  expect(found("why is max_retries ignored", "max_retries = 3").quoted).toBe(1);
  expect(taskTerms("the user's cart and the shop's total").quotations).toEqual([]);
});

test("no bytes end the search, and what is counted is there", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const { stems } = new WordSearch(taskTerms("fix the abc of xyz")).in(bytes);
      const text = Buffer.from(bytes).toString("latin1").toLowerCase();
      for (const one of stems.keys()) expect(text).toContain(one);
    }),
  );
  expect(found("fix", "").stems).toEqual({});
});

test("the same files are not asked for twice, those behind the limit included", async () => {
  using repo = new TrickyRepository();
  const texts = Array.from({ length: 20 }, (_, index) => `${index}`.padEnd(60 * 1024, "x"));
  repo.commit("files", {
    ...Object.fromEntries(texts.map((text, index) => [`${index}.txt`, text])),
    "large.txt": "y".repeat(65 * 1024),
  });
  const repository = await openCheckout(repo.tree());
  const idOf = (path: string) => repo.plain("rev-parse", `HEAD:${path}`).trim();
  const paths = ["large.txt", ...texts.map((_, index) => `${index}.txt`)];
  const files = paths.map((path) => ({ path, id: idOf(path), prior: 0 }));
  const request = { repository, tree: "HEAD" };
  const first = await fileContents(request, files);
  expect([...first.keys()].map(({ path }) => path)).toEqual(paths.slice(1, 18));
  rmSync(repository.gitDir, { recursive: true });
  expect(await fileContents(request, files)).toEqual(first);
});

test("a file whose blob was missing is read once it is there", async () => {
  using repo = new TrickyRepository();
  const text = `what comes later ${process.pid}`;
  repo.commit("files", { "a.txt": "a" });
  const id = new Bun.CryptoHasher("sha1").update(`blob ${text.length}\0${text}`).digest("hex");
  const repository = await openCheckout(repo.tree());
  const files = [{ path: "later.txt", id, prior: 0 }];
  const request = { repository, tree: "HEAD" };
  expect((await fileContents(request, files)).size).toBe(0);
  repo.commit("more", { "later.txt": text });
  expect(repo.plain("rev-parse", "HEAD:later.txt").trim()).toBe(id);
  expect((await fileContents(request, files)).size).toBe(1);
});
