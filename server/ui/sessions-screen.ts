/** Who is signed in, and a way to end all sessions but one's own. */
import { z } from "zod";
import { html } from "./html.ts";
import { action, type Screen } from "./page.ts";
import { badge, commandLine, moment, postButton, section, table } from "./parts.ts";
import { SESSION_MS, type Sessions } from "./sessions.ts";

export function sessionsScreen(sessions: Pick<Sessions, "list" | "endOthers">): Screen {
  return {
    pages: [
      {
        path: "/ui/sessions",
        scope: "admin",
        render: (visit) => {
          const rows = table({
            caption: "Sessions",
            empty: "No user is signed in.",
            rows: sessions.list(),
            columns: [
              { title: "Signed in by", cell: ({ name }) => name },
              { title: "May", cell: ({ scope }) => scope },
              { title: "Since", cell: ({ startedAt }) => moment(startedAt) },
              { title: "Until", cell: ({ startedAt }) => moment(startedAt + SESSION_MS) },
              {
                title: "Browser",
                cell: ({ csrf }) => csrf === visit.csrf && badge("this one", "good"),
              },
            ],
          });
          const end = postButton(visit, {
            ...{ to: "/ui/sessions/end-others", label: "End all others", tone: "danger" },
          });
          const all = html`${rows}${commandLine("org ui sign-out")}`;
          return { title: "Sessions", beside: end, main: section("Signed in", all) };
        },
      },
    ],
    actions: [
      action({
        ...{ path: "/ui/sessions/end-others", scope: "admin", form: z.strictObject({}) },
        run: ({ csrf }) => {
          const count = sessions.endOthers(csrf);
          const text = `${count} ${count === 1 ? "session" : "sessions"} ended.`;
          return { to: "/ui/sessions", flash: { tone: "good", text } };
        },
      }),
    ],
  };
}
