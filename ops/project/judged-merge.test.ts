import { describe, expect, test } from "bun:test";
import { codeOf } from "#test/promoting.ts";
import { UserProject } from "#test/user-project.ts";
import { makeCandidate, proposalOf, proposalOfCandidate } from "./candidate.ts";
import { previewMerge, promoteCandidate } from "./promotion.ts";

describe("a promotion of what was judged", () => {
  test("merges nothing but what was judged", async () => {
    using user = new UserProject();
    const room = user.room({ "src/a.ts": "A\n" });
    const proposal = await proposalOf(room);
    const judged = await previewMerge(room, proposal);
    const candidate = await makeCandidate(room, { title: "a", trailers: {}, proposal });
    user.commit("mine", { "src/b.ts": "B\n" });
    const before = user.state();
    expect(await codeOf(promoteCandidate(room, candidate, { judged }))).toBe("CANDIDATE_STALE");
    const other = { ...(await previewMerge(room, proposal)), tree: judged.tree };
    const promotion = promoteCandidate(room, candidate, { judged: other });
    expect(await codeOf(promotion)).toBe("CANDIDATE_STALE");
    expect(user.state()).toBe(before);
    const again = await previewMerge(room, proposal);
    const { commit } = await promoteCandidate(room, candidate, { judged: again });
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
    expect(await proposalOfCandidate(room, name)).toEqual({ ...first, tree, changed });
    expect(user.gitIn(room.repository.gitDir, "rev-parse", `${commit}^{tree}`).trim()).toBe(tree);
    expect(changed).not.toBe(tree);
    expect(work).not.toBe(commit);
  });
});
