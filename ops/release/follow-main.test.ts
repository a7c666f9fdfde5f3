/** Two nodes and a bare repository between them: what travels, and what a remote that was tampered with cannot do. */
import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { candidate, codeOf, expectSound, promoteIn, SHOUT } from "#test/promoting.ts";
import { TwoNodes } from "#test/two-nodes.ts";
import { lookAtMain } from "./follow-main.ts";
import { openPromoter } from "./open-promoter.ts";

let made: TwoNodes | undefined;
afterEach(() => {
  made?.[Symbol.dispose]();
  made = undefined;
});

function two(): TwoNodes {
  made = new TwoNodes();
  return made;
}

describe("what travels", () => {
  test("a promotion comes with its tag, its release and the files of the checkout", async () => {
    const nodes = two();
    const change = await nodes.promote();
    const [taken, ...more] = await nodes.pull();
    expect(more).toEqual([]);
    expect(taken).toMatchObject({ kind: "promotion", to: change.to, tag: change.tag, note: null });
    expect(nodes.b.id("main")).toBe(nodes.a.id("main"));
    expect(nodes.b.id(`refs/tags/${change.tag}`)).toBe(change.to);
    expect(existsSync(join(nodes.b.checkout, SHOUT))).toBe(true);
    expectSound(nodes.b);
    expect(await nodes.pull()).toEqual([]);
  });

  test("several at once are taken over one by one, and a rollback knows what it reverts", async () => {
    const nodes = two();
    const first = await nodes.promote();
    const second = await nodes.promote("whisper");
    await nodes.rollBack(nodes.a);
    const taken = await nodes.pull();
    expect(taken.map(({ kind }) => kind)).toEqual(["promotion", "promotion", "rollback"]);
    expect(taken.map(({ tag }) => tag).slice(0, 2)).toEqual([first.tag, second.tag]);
    expect(taken[2]?.undoes).toBe(taken[1]?.id ?? -1);
    expect(existsSync(join(nodes.b.checkout, "tools/generated/whisper/tool.ts"))).toBe(false);
    expectSound(nodes.b);
  });

  test("the node that follows can roll back, and the one that promoted takes that over", async () => {
    const nodes = two();
    await nodes.promote();
    await nodes.pull();
    await nodes.rollBack(nodes.b);
    const [back] = await nodes.pull({}, nodes.a);
    expect(back).toMatchObject({ kind: "rollback", note: null });
    expect(existsSync(join(nodes.a.checkout, SHOUT))).toBe(false);
    expectSound(nodes.a);
  });

  test("what a person committed travels once it is published", async () => {
    const nodes = two();
    const commit = nodes.a.commit("persona", { "models/personas/new.ts": "export const x = 1;\n" });
    expect(await nodes.publish(nodes.a)).toMatchObject({ commit, tag: expect.any(String) });
    expect(await nodes.publish(nodes.a)).toMatchObject({ commit, tag: undefined });
    expect(await nodes.pull()).toMatchObject([{ to: commit }]);
    expect(existsSync(join(nodes.b.checkout, "models/personas/new.ts"))).toBe(true);
  });

  test("a node takes over what another one did before it promotes itself", async () => {
    const nodes = two();
    await nodes.promote();
    const id = candidate(nodes.b, "whisper");
    const promoted = promoteIn(nodes.b, id, { remote: nodes.remote(nodes.b) });
    // Main is another one now than when it was judged.
    expect(await codeOf(promoted)).toBe("CANDIDATE_STALE");
    expect(nodes.b.id("main")).toBe(nodes.a.id("main"));
    await promoteIn(nodes.b, id, { remote: nodes.remote(nodes.b) });
    expect(await nodes.pull({}, nodes.a)).toHaveLength(1);
    expect(nodes.a.id("main")).toBe(nodes.b.id("main"));
  });

  test("what was pushed before a crash is taken over by the node that was killed", async () => {
    const nodes = two();
    const { tag, to } = await nodes.promote();
    // As if the process had ended between the push and its own refs.
    nodes.a.git("update-ref", "refs/heads/main", `${to}^1`);
    nodes.a.git("update-ref", "-d", `refs/tags/${tag}`);
    nodes.a.git("reset", "--quiet", "--hard", "main");
    expect(await nodes.pull({}, nodes.a)).toMatchObject([{ to, tag }]);
    expectSound(nodes.a);
  });
});

describe("a remote that was tampered with", () => {
  test("a commit without a tag is refused", async () => {
    const nodes = two();
    await nodes.promote();
    const plain = nodes.a.commit("by hand", { "main.ts": "export const version = 666;\n" });
    nodes.a.git("push", "--quiet", nodes.url, "main");
    expect(await nodes.refuses()).toContain(`${plain.slice(0, 12)} has no tag that counts`);
  });

  test("a tag that was forged is refused: unsigned, by another key, or with a changed text", async () => {
    const nodes = two();
    const { tag, to } = await nodes.promote();
    const text = nodes.a.git("cat-file", "tag", `refs/tags/${tag}`);
    const forged = {
      "has no signature": text.slice(0, text.indexOf("-----BEGIN")),
      "is not signed": text.replace('{"verdict":"promote"}', '{"verdict":"PROMOTE"}'),
    };
    for (const [why, object] of Object.entries(forged)) {
      const id = nodes.a.gitWith(object, "hash-object", "-t", "tag", "-w", "--stdin").trim();
      nodes.a.git("push", "--quiet", "--force", nodes.url, `${id}:refs/tags/${tag}`);
      expect(await nodes.refuses()).toContain(why);
    }
    nodes.a.git("push", "--quiet", "--force", nodes.url, `refs/tags/${tag}`);
    expect(await nodes.refuses({ signers: [] })).toContain("a key that this node trusts");
    expect(await nodes.pull()).toMatchObject([{ to }]);
  });

  test("a signed tag vouches for its own commit and its own name alone", async () => {
    const nodes = two();
    const { tag } = await nodes.promote();
    await nodes.pull();
    const plain = nodes.a.commit("by hand", { "main.ts": "export const version = 666;\n" });
    const id = nodes.a.git("rev-parse", `refs/tags/${tag}`).trim();
    const text = nodes.a.git("cat-file", "tag", id).replace(/^object \w+/, `object ${plain}`);
    const moved = nodes.a.gitWith(text, "hash-object", "-t", "tag", "-w", "--stdin").trim();
    nodes.a.git("push", "--quiet", nodes.url, "main", `${moved}:refs/tags/promotion/zzz`);
    expect(await nodes.refuses()).toContain("promotion/zzz is about another commit");
  });

  test("a main that was moved back or aside is refused, with every tag as it was signed", async () => {
    const nodes = two();
    const { to: first } = await nodes.promote();
    await nodes.promote("whisper");
    // A node that knows neither would take the older one over, if the database had not been told of the newer one.
    nodes.there("update-ref", "refs/heads/main", first);
    expect(await nodes.refuses()).toContain("it was moved back");
    nodes.there("update-ref", "-d", "refs/heads/main");
    expect(await nodes.refuses()).toContain("it has no main");
    nodes.there("update-ref", "refs/heads/main", nodes.a.id("main"));
    await nodes.pull();
    const tree = [`${first}^{tree}`, "-p", `${first}^1`];
    const aside = nodes.a.git("commit-tree", "-m", "aside", ...tree).trim();
    nodes.a.git("push", "--quiet", "--force", nodes.url, `${aside}:refs/heads/main`);
    nodes.shared.head = undefined;
    expect(await nodes.refuses()).toContain("neither holds the other");
  });

  test("an old tag that is shown again moves nothing", async () => {
    const nodes = two();
    const { tag, to } = await nodes.promote();
    await nodes.rollBack(nodes.a);
    await nodes.pull();
    const before = nodes.b.id("main");
    nodes.there("update-ref", "refs/heads/main", to);
    expect(await nodes.refuses()).toContain("it was moved back");
    // Without a word in the database: the history here holds it already.
    nodes.shared.head = undefined;
    expect(await nodes.pull()).toEqual([]);
    expect(nodes.b.id("main")).toBe(before);
    expect(nodes.there("tag", "--list", tag).trim()).toBe(tag);
  });

  test("a file that a person changed is not written over", async () => {
    const nodes = two();
    await nodes.promote();
    const path = join(nodes.b.checkout, SHOUT);
    await Bun.write(path, "mine\n");
    expect(await codeOf(nodes.pull())).toBe("PATH_REFUSED");
    expect(readFileSync(path, "utf8")).toBe("mine\n");
  });
});

describe("a remote that is away", () => {
  test("a promotion changes nothing", async () => {
    const nodes = two();
    const before = nodes.a.id("main");
    const id = candidate(nodes.a);
    rmSync(nodes.url, { recursive: true });
    const promoted = promoteIn(nodes.a, id, { remote: nodes.remote(nodes.a) });
    expect(await codeOf(promoted)).toBe("REMOTE_UNREACHABLE");
    expect(nodes.a.id("main")).toBe(before);
    expectSound(nodes.a);
  });

  test("a rollback is done here, says so, and comes to the others by a push", async () => {
    const nodes = two();
    await nodes.promote();
    await nodes.pull();
    const url = join(nodes.a.folder, "away.git");
    const { to } = await nodes.rollBack(nodes.a, { url });
    expect(nodes.a.id("main")).toBe(to);
    expect(nodes.pending).toEqual([expect.stringContaining("away.git")]);
    expect(await nodes.pull()).toEqual([]);
    await nodes.publish(nodes.a);
    expect(await nodes.pull()).toMatchObject([{ kind: "rollback", to }]);
  });

  test("a node that lost the lock pushes nothing", async () => {
    const nodes = two();
    const before = nodes.a.id("main");
    const id = candidate(nodes.a);
    const lost = { confirm: () => Promise.reject(new Error("lost")) };
    const remote = nodes.remote(nodes.a, lost);
    await expect(promoteIn(nodes.a, id, { remote })).rejects.toThrow("lost");
    expect([nodes.a.id("main"), nodes.there("for-each-ref")]).toEqual([before, ""]);
    expectSound(nodes.a);
  });

  test("looking changes nothing", async () => {
    const nodes = two();
    const { to, tag } = await nodes.promote();
    await using own = new AsyncDisposableStack();
    const remote = nodes.remote(nodes.b);
    const promoter = await openPromoter(nodes.b.checkout, { remote }, own);
    const here = nodes.b.id("main");
    expect(await lookAtMain(promoter, remote)).toMatchObject({ there: to, here, steps: [{ tag }] });
    expect(nodes.b.id("main")).toBe(here);
  });
});
