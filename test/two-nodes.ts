/** A node that promotes, one that follows, and a bare repository between them; the database is played. */
import { expect } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promotionPaths } from "#fitness/gate/paths.ts";
import type { Change } from "#ops/release/ledger.ts";
import { withMain } from "#ops/release/lock-main.ts";
import type { MainRemote } from "#ops/release/main-remote.ts";
import { openPromoter } from "#ops/release/open-promoter.ts";
import { type Published, publishMain } from "#ops/release/publish-main.ts";
import { rollback } from "#ops/release/rollback.ts";
import { CandidateRepository } from "./candidate-repository.ts";
import { candidate, expectSound, NOW, promoteIn } from "./promoting.ts";

/** What all nodes see of the database. */
class Shared {
  head: string | undefined;
  holder: string | undefined;

  announce(commit: string): void {
    this.head = commit;
  }

  release(): void {
    this.holder = undefined;
  }
}

/** A node that promotes, one that follows, and the remote. */
export class TwoNodes implements Disposable {
  readonly a: CandidateRepository = new CandidateRepository();
  readonly b: CandidateRepository = new CandidateRepository({});
  readonly url: string = join(this.a.folder, "remote.git");
  readonly shared: Shared = new Shared();
  readonly pending: string[] = [];

  constructor() {
    this.a.git("init", "--quiet", "--bare", "--initial-branch=main", this.url);
    this.b.git("fetch", "--quiet", this.a.checkout, "main");
    this.b.git("reset", "--quiet", "--hard", "FETCH_HEAD");
  }

  remote(home: CandidateRepository, more: Partial<MainRemote> = {}): MainRemote {
    const { shared, url } = this;
    const other = home === this.a ? this.b : this.a;
    return {
      url,
      signers: existsSync(promotionPaths(other.checkout).signers) ? [keyOf(other)] : [],
      lock: async () => {
        if (shared.holder !== undefined) throw new Error("held");
        shared.holder = home.checkout;
        return { [Symbol.asyncDispose]: async () => shared.release() };
      },
      confirm: async () => expect(shared.holder).toBe(home.checkout),
      announce: async ({ commit }) => shared.announce(commit),
      head: async () => shared.head,
      onPending: (why) => void this.pending.push(why),
      ...more,
    };
  }

  async promote(name = "shout"): Promise<Change> {
    const id = candidate(this.a, name);
    return (await promoteIn(this.a, id, { remote: this.remote(this.a) })).change;
  }

  async pull(
    more: Partial<MainRemote> = {},
    home: CandidateRepository = this.b,
  ): Promise<readonly Change[]> {
    const remote = this.remote(home, more);
    await using own = new AsyncDisposableStack();
    const promoter = await openPromoter(home.checkout, { remote }, own);
    return await withMain(promoter, { nowMs: NOW }, async (_, followed) => followed);
  }

  async rollBack(home: CandidateRepository, more: Partial<MainRemote> = {}): Promise<Change> {
    await using own = new AsyncDisposableStack();
    const promoter = await openPromoter(home.checkout, { remote: this.remote(home, more) }, own);
    return await rollback(promoter, { nowMs: NOW + 1000 });
  }

  async publish(home: CandidateRepository): Promise<Published> {
    await using own = new AsyncDisposableStack();
    const promoter = await openPromoter(home.checkout, { remote: this.remote(home) }, own);
    return await publishMain(promoter, NOW);
  }

  /** Git in the remote, as one who may write there. */
  there(...args: readonly string[]): string {
    return this.a.git(`--git-dir=${this.url}`, ...args);
  }

  /** Nothing of the follower has moved. @returns why. */
  async refuses(more: Partial<MainRemote> = {}): Promise<string> {
    const before = [this.b.id("main"), this.b.git("tag")];
    const error = await this.pull(more).catch((caught: unknown) => caught);
    expect([this.b.id("main"), this.b.git("tag")]).toEqual(before);
    expectSound(this.b);
    expect(error).toMatchObject({ code: "REMOTE_REFUSED" });
    return String((error as { why?: unknown }).why);
  }

  [Symbol.dispose](): void {
    this.a[Symbol.dispose]();
    this.b[Symbol.dispose]();
  }
}

/** Of the newest key of a home, as a person copies it. */
function keyOf(home: CandidateRepository): string {
  const lines = readFileSync(promotionPaths(home.checkout).signers, "utf8").trim().split("\n");
  return (lines.at(-1) ?? "").replace(/^\S+ /, "");
}
