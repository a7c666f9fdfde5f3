/** An untrusted certificate, for servers of tests. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Certificate } from "./web-server.ts";

/** @param host the only name that it is valid for. */
export function makeCertificate(host: string): Certificate {
  const folder = mkdtempSync(join(tmpdir(), "org-certificate-"));
  try {
    const [key, cert] = [join(folder, "key"), join(folder, "cert")];
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    const subject = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`];
    const files = ["-keyout", key, "-out", cert];
    const made = Bun.spawnSync(["openssl", "req", "-x509", ...curve, ...subject, ...files]);
    if (!made.success) throw new Error(`openssl made no certificate: ${made.stderr}`);
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
