import { describe, expect, test } from "bun:test";
import { codeOf } from "#test/promoting.ts";
import { UserProject } from "#test/user-project.ts";
import { makeCandidate, proposalOf, proposalOfCandidate } from "./candidate.ts";
import { previewMerge } from "./merge-preview.ts";
import { promoteCandidate } from "./promotion.ts";
import { rollbackPromotion } from "./rollback.ts";
import { lockProject } from "./settle.ts";

describe("a promotion of what was judged", () => {
  test("merges nothing but what was judged", async () => {
    using user = new UserProject();
    const room = user.room({ "src/a.ts": "A\n" });
    const proposal = await proposalOf(room);
    const judged = await previewMerge(room, proposal);
    const candidate = await makeCandidate(room, { title: "a", trailers: {}, proposal });
    user.commit("mine", { "src/b.ts": "B\n" });
    const before = user.state();
    expect(await codeOf(promoteCandidate(room, candidate, { verified: judged }))).toBe(
      "CANDIDATE_STALE",
    );
    const other = { ...(await previewMerge(room, proposal)), tree: judged.tree };
    const promotion = promoteCandidate(room, candidate, { verified: other });
    expect(await codeOf(promotion)).toBe("CANDIDATE_STALE");
    expect(user.state()).toBe(before);
    const again = await previewMerge(room, proposal);
    const { commit } = await promoteCandidate(room, candidate, { verified: again });
    expect(user.git("rev-parse", `${commit}^{tree}`).trim()).toBe(again.tree ?? "none");
  });

  test("names what does not merge before anything is judged", async () => {
    using user = new UserProject();
    const room = user.room({ "src/a.ts": "A\n" });
    user.commit("mine", { "src/a.ts": "mine\n" });
    const { head, tree } = await previewMerge(room, await proposalOf(room));
    expect([head, tree]).toEqual([user.git("rev-parse", "HEAD").trim(), undefined]);
  });

  test("of a candidate of before proposes what it was made of", async () => {
    using user = new UserProject();
    user.edit({ "README.md": "mine\n" });
    const [room, { name, commit }] = await user.candidate({ "src/a.ts": "A\n" });
    const { tree, changed, work, ...first } = await proposalOf(room);
    const { candidate, ...proposal } = await proposalOfCandidate(room, name);
    expect(proposal).toEqual({ ...first, tree, changed });
    expect(candidate).toMatchObject({ name, commit });
    expect(user.gitIn(room.repository.gitDir, "rev-parse", `${commit}^{tree}`).trim()).toBe(tree);
    expect(changed).not.toBe(tree);
    expect(work).not.toBe(commit);
  });

  test("of a candidate that is merged, or was reverted, is refused with what to do", async () => {
    using user = new UserProject();
    const [room, candidate] = await user.candidate({ "src/a.ts": "A\n" });
    const proposal = await proposalOfCandidate(room, candidate.name);
    await promoteCandidate(room, candidate, { trailers: { "Org-Gate": "held" } });
    const { stdout } = Bun.spawnSync(["git", "log", "-1", "--format=%(trailers:key=Org-Gate)"], {
      cwd: user.root,
    });
    expect(String(stdout).trim()).toBe("Org-Gate: held");
    await expect(previewMerge(room, proposal)).rejects.toMatchObject({
      code: "CANDIDATE_REFUSED",
      remedies: ["/rollback   # or: org project rollback; takes it out again"],
    });
    const { commit } = await rollbackPromotion(user);
    const again = previewMerge(room, proposal);
    await expect(again).rejects.toMatchObject({
      message: `${candidate.name} was merged and reverted`,
      remedies: [`git revert ${commit}   # brings it back`],
    });
    user.git("revert", "--no-edit", commit);
    expect(user.read("src/a.ts")).toBe("A\n");
  });

  test("that waits for another one ends with its signal, and says who is waited for", async () => {
    using user = new UserProject();
    const [room, candidate] = await user.candidate({ "src/a.ts": "A\n" });
    using _other = await lockProject(user, undefined);
    const stop = new AbortController();
    const waits: string[] = [];
    const onWait = (text: string) => {
      waits.push(text);
      stop.abort();
    };
    const promotion = promoteCandidate(room, candidate, { signal: stop.signal, wait: { onWait } });
    await expect(promotion).rejects.toMatchObject({ name: "AbortError" });
    expect(waits).toEqual([`waits for process ${process.pid}, which promotes or rolls back`]);
  });
});
