import { runSandboxed } from "#platform/sandbox/run.ts";
import { POLICIES } from "#platform/sandbox/policy.ts";
import { mkdtempSync, chmodSync, openSync, readSync, constants } from "node:fs";
const shown = mkdtempSync("/tmp/zj5-"); chmodSync(shown, 0o755);
for (const mode of ["600", "644", "666"]) Bun.spawnSync(["mkfifo", "-m", mode, `${shown}/f${mode}`]);
const fds = ["600","644","666"].map((m) => openSync(`${shown}/f${m}`, constants.O_RDONLY | constants.O_NONBLOCK));
for (const name of ["generatedTool", "shell"] as const) {
  const policy = (POLICIES as any)[name] ?? Object.values(POLICIES)[0];
  const r = await runSandboxed(["sh", "-c", "id -u; for f in /shown/*; do (echo hi > $f) && echo wrote $f; done; ls -la /shown"], { ...policy, readOnly: [...(policy.readOnly ?? []), { from: shown, to: "/shown" }] } as any, { signal: new AbortController().signal });
  console.log(name, r.stdout, r.stderr);
}
for (const fd of fds) { const b = Buffer.alloc(10); try { console.log("read", readSync(fd, b)); } catch (e) { console.log(String(e)); } }
