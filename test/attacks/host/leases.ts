/** Leases that are forged, widened, used up, or stretched to calls that they were not granted for. */
import { Database } from "bun:sqlite";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attenuate, type Caveat, type Lease, mintLease, permits } from "#core/policy/lease.ts";
import type { CallFacts } from "#core/policy/policy.ts";
import { LeaseStore } from "#home/lease-store.ts";
import { type Attempt, type HostProbe, reached } from "./probe.ts";

const CALL: CallFacts = {
  tool: "web_request",
  persona: "agent",
  arguments: { url: "https://api.example.org/x", save_to: "public/x" },
  effect: "execute",
  capabilities: ["network"],
  branch: "cand/1",
};
const TOOL: Caveat = { kind: "tool", is: "web_request" };
const ONCE: Caveat = { kind: "uses", most: 1 };

/** Leases in a folder of their own, and a way to write into their database past the store. */
class Drawer implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "org-leases-"));
  readonly path: string = join(this.#folder, "leases.sqlite");
  nowMs = 1_000_000;
  readonly store: LeaseStore = new LeaseStore({ leases: this.path }, () => this.nowMs);

  /** Grants a lease, and takes from the database what is in no answer of the store: its signature. */
  async grant(caveats: readonly Caveat[]): Promise<Lease> {
    await this.store.grant(caveats);
    using database = new Database(this.path);
    const sql = "select id, signature from lease order by rowid desc limit 1";
    const row = database.query<Pick<Lease, "id" | "signature">, []>(sql).get();
    if (row === null) throw new Error("There is no lease");
    return { ...row, caveats };
  }

  /** Puts a lease there that the store did not grant, or changes one. */
  plant({ id, caveats, signature }: Lease): void {
    using database = new Database(this.path);
    database.run(
      "insert or replace into lease (id, caveats, signature, granted_at) values (?, ?, ?, 0)",
      [id, JSON.stringify(caveats), signature],
    );
  }

  async allows(call: CallFacts = CALL): Promise<string> {
    const id = await this.store.spend(call);
    return reached(id === undefined ? undefined : `allowed by ${id}`, "no lease allows it");
  }

  [Symbol.dispose](): void {
    this.store[Symbol.dispose]();
    rmSync(this.#folder, { recursive: true });
  }
}

interface Tries {
  readonly attempt: Attempt;
  readonly weak?: Attempt;
}

const probe = (id: string, safe: string, tries: Tries | Attempt): HostProbe => ({
  ...{ id: `lease-${id}`, class: "lease", safe },
  ...(typeof tries === "function" ? { attempt: tries } : tries),
});

function inDrawer(act: (drawer: Drawer) => string | Promise<string>): Attempt {
  return async () => {
    using drawer = new Drawer();
    return await act(drawer);
  };
}

const FORGERIES: readonly (readonly [
  id: string,
  forge: (drawer: Drawer) => Lease | Promise<Lease>,
])[] = [
  ["of-another-key", () => mintLease(new Uint8Array(32), "L9", [TOOL])],
  ["without-signature", () => ({ id: "L9", caveats: [TOOL], signature: "" })],
  [
    "with-half-a-signature",
    async (drawer) => {
      const { signature } = await drawer.grant([ONCE, { kind: "persona", is: "stranger" }]);
      return { id: "L1", caveats: [TOOL], signature: signature.slice(0, 32) };
    },
  ],
  [
    "with-a-caveat-dropped",
    async (drawer) => {
      const lease = await drawer.grant([TOOL, { kind: "persona", is: "stranger" }]);
      return { ...lease, caveats: [TOOL] };
    },
  ],
  [
    "with-a-caveat-changed",
    async (drawer) => {
      const lease = await drawer.grant([TOOL, { kind: "uses", most: 0 }]);
      return { ...lease, caveats: [TOOL, { kind: "uses", most: 1000 }] };
    },
  ],
  [
    "with-caveats-in-another-order",
    async (drawer) => {
      const lease = await drawer.grant([TOOL, { kind: "before", at: 0 }]);
      return { ...lease, caveats: [{ kind: "before", at: 9e15 }, TOOL] };
    },
  ],
  [
    "under-another-id",
    async (drawer) => {
      const lease = await drawer.grant([TOOL]);
      await drawer.store.revoke(lease.id);
      return { ...lease, id: "L0" };
    },
  ],
  [
    "widened-by-its-holder",
    async (drawer) => {
      const narrow = attenuate(await drawer.grant([TOOL]), { kind: "persona", is: "stranger" });
      await drawer.store.revoke("L1");
      return { ...narrow, id: "L2", caveats: [TOOL] };
    },
  ],
];

const forged = ([id, forge]: (typeof FORGERIES)[number]): HostProbe =>
  probe(`forged-${id}`, "only what the home has signed counts", {
    attempt: inDrawer(async (drawer) => {
      drawer.plant(await forge(drawer));
      return drawer.allows();
    }),
    weak: inDrawer(async (drawer) => {
      // A store that believes what lies in it.
      const lease = await forge(drawer);
      drawer.plant(lease);
      const request = { call: CALL, now: drawer.nowMs, uses: 0 };
      const found = (await drawer.store.list())
        .filter(({ id, revoked }) => id === lease.id && !revoked)
        .find(({ caveats }) => permits({ ...lease, caveats }, request));
      return reached(found === undefined ? undefined : `allowed by ${found.id}`, "not allowed");
    }),
  });

/** Caveats that this program does not understand; each could have been meant to narrow. */
const UNKNOWN: readonly (readonly [id: string, caveats: readonly unknown[]])[] = [
  ["none", []],
  ["of-a-later-version", [TOOL, { kind: "weekday", is: "monday" }]],
  ["with-one-more-field", [TOOL, { kind: "persona", is: "agent", unless: "night" }]],
  ["with-a-text-for-a-number", [TOOL, { kind: "before", at: "9999999999999" }]],
  ["of-a-prototype", [TOOL, { kind: "__proto__", is: "agent" }]],
  ["that-is-no-object", [TOOL, null]],
];

const unknown = ([id, caveats]: (typeof UNKNOWN)[number]): HostProbe =>
  probe(`caveat-${id}`, "what is not understood allows nothing", {
    attempt: inDrawer(async (drawer) => {
      // As an older org finds it that shares the home with a newer one: signed, and unknown.
      await drawer.store.grant(caveats as readonly Caveat[]);
      return drawer.allows();
    }),
    weak: () => {
      // Skips what it does not know.
      const understood = caveats.filter((caveat) => caveat === TOOL);
      const holds = understood.every(() => CALL.tool === TOOL.is);
      return reached(holds ? "allowed" : undefined, "not allowed");
    },
  });

type Stretch = readonly [id: string, caveat: Caveat, given: Readonly<Record<string, unknown>>];

const UNDER: Caveat = { kind: "path", under: "public" };
const HOST: Caveat = { kind: "host", is: "*.example.org" };

const STRETCHES: readonly Stretch[] = [
  ["path-with-dots", UNDER, { path: "public/../private" }],
  ["path-with-more-dots", UNDER, { path: "public/./a/../../private" }],
  ["path-that-begins-alike", UNDER, { path: "publicity/x" }],
  ["path-from-the-root", UNDER, { path: "/public/../etc/passwd" }],
  ["path-in-a-list", UNDER, { path: ["public/x", "private"] }],
  ["path-of-two", UNDER, { path: "public/x", save_to: "private" }],
  ["path-that-is-missing", UNDER, { file_name: "private" }],
  ["host-at-the-end-of-another", HOST, { url: "https://evil-example.org/" }],
  ["host-in-front-of-another", HOST, { url: "https://a.example.org.evil.example/" }],
  ["host-as-a-user", HOST, { url: "https://a.example.org@evil.example/" }],
  ["host-in-a-fragment", HOST, { url: "https://evil.example/#.a.example.org" }],
  ["host-in-a-path", HOST, { url: "https://evil.example/.a.example.org" }],
  ["host-behind-a-backslash", HOST, { url: "https://evil.example\\@a.example.org" }],
  ["host-of-two", HOST, { url: "https://a.example.org/", host: "evil.example" }],
  ["host-in-a-list", HOST, { url: ["https://a.example.org/", "https://evil.example/"] }],
  ["host-that-is-missing", HOST, { address: "https://evil.example/" }],
];

const stretched = ([id, caveat, given]: Stretch): HostProbe =>
  probe(id, "a caveat holds for what the call really names", {
    attempt: inDrawer(async (drawer) => {
      await drawer.store.grant([TOOL, caveat]);
      return drawer.allows({ ...CALL, arguments: given });
    }),
    weak: () => {
      // By how the text begins, or what it contains.
      const text = JSON.stringify(given);
      const fits = caveat.kind === "path" ? text.includes('"public') : /\.?example\.org/.test(text);
      return reached(fits ? "it looks as if" : undefined, "not even that");
    },
  });

const OTHERS: readonly HostProbe[] = [
  probe(
    "for-another-persona",
    "a name is compared to the letter",
    inDrawer(async (drawer) => {
      await drawer.store.grant([TOOL, { kind: "persona", is: "agent" }]);
      return drawer.allows({ ...CALL, persona: "Agent" });
    }),
  ),
  probe(
    "for-another-branch",
    "a call without a branch is on none",
    inDrawer(async (drawer) => {
      await drawer.store.grant([TOOL, { kind: "branch", is: "cand/1" }]);
      return drawer.allows({ ...CALL, branch: undefined });
    }),
  ),
  probe(
    "for-other-arguments",
    "arguments are compared as a whole",
    inDrawer(async (drawer) => {
      const hash = new Bun.CryptoHasher("sha256").update('{"url":"https://a.example/"}');
      await drawer.store.grant([TOOL, { kind: "args", sha256: hash.digest("hex") }]);
      const given: unknown = JSON.parse('{"url":"https://a.example/","__proto__":{"x":1}}');
      return drawer.allows({ ...CALL, arguments: given });
    }),
  ),
  probe(
    "after-its-time",
    "it expires",
    inDrawer(async (drawer) => {
      await drawer.store.grant([TOOL, { kind: "before", at: drawer.nowMs + 1000 }]);
      drawer.nowMs += 1000;
      return drawer.allows();
    }),
  ),
  probe(
    "revoked-elsewhere",
    "what one process revokes holds for all",
    inDrawer(async (drawer) => {
      const { id } = await drawer.grant([TOOL]);
      using elsewhere = new LeaseStore({ leases: drawer.path });
      await elsewhere.revoke(id);
      return drawer.allows();
    }),
  ),
  probe(
    "used-up",
    "a use is counted before the call runs",
    inDrawer(async (drawer) => {
      await drawer.store.grant([TOOL, ONCE]);
      await drawer.store.spend(CALL);
      return drawer.allows();
    }),
  ),
  probe("used-by-several-at-once", "the last use is had by one alone", {
    attempt: inDrawer(async (drawer) => {
      await drawer.store.grant([TOOL, { kind: "uses", most: 5 }]);
      const used = await raced(drawer.path, 3);
      return reached(used > 5 ? `${used} uses of 5` : undefined, `${used} uses of 5`);
    }),
    weak: async () => {
      let uses = 0;
      const spend = async (): Promise<boolean> => {
        const before = uses;
        await Promise.resolve();
        uses = before + 1;
        return before < 1;
      };
      const used = (await Promise.all([spend(), spend(), spend()])).filter(Boolean).length;
      return reached(used > 1 ? `${used} uses of 1` : undefined, "one use");
    },
  }),
];

export const LEASES: readonly HostProbe[] = [
  ...FORGERIES.map(forged),
  ...UNKNOWN.map(unknown),
  ...STRETCHES.map(stretched),
  ...OTHERS,
];

/** How many uses several processes get together that begin at the same moment. */
async function raced(leases: string, count: number): Promise<number> {
  // It lies beside this, once both are built.
  const built = join(import.meta.dir, "lease-spender.js");
  const program = existsSync(built)
    ? built
    : join(import.meta.dir, "../../fixtures/lease-spender.ts");
  const children = Array.from({ length: count }, () => {
    const command = [process.execPath, program, leases, JSON.stringify(CALL)];
    return Bun.spawn(command, { stdin: "pipe", stdout: "pipe", env: {} });
  });
  const readers = children.map(({ stdout }) => stdout.getReader());
  for (const reader of readers) await reader.read();
  for (const { stdin } of children) void stdin.end();
  const used = await Promise.all(
    readers.map(async (reader) => Number(new TextDecoder().decode((await reader.read()).value))),
  );
  await Promise.all(children.map(({ exited }) => exited));
  return used.reduce((sum, uses) => sum + uses, 0);
}
