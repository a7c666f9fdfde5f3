/** What the dashboard of `org serve` is made of. */
import { projectOfRoom } from "#ops/project/location.ts";
import { diffOf } from "#ops/project/work.ts";
import { workspaceAt } from "#platform/workspace.ts";
import type { Authenticator } from "#server/http/auth/authenticator.ts";
import type { OpenTurns } from "#server/http/open-turns.ts";
import type { RoomHost } from "#server/socket/room-host.ts";
import { newRoomId } from "#server/socket/room-ids.ts";
import type { Screen } from "#server/ui/page.ts";
import { type RoomsParts, roomsScreen } from "#server/ui/room/rooms-screen.ts";
import { Sessions } from "#server/ui/sessions.ts";
import { sessionsScreen } from "#server/ui/sessions-screen.ts";
import type { UiParts } from "#server/ui/ui-app.ts";
import type { AppParts } from "./context.ts";

export interface DashboardParts {
  readonly home: RoomHost;
  readonly app: Pick<AppParts, "paths" | "projectWork" | "workspace">;
  /** Judges tokens, and knows which ones were revoked. */
  readonly tokens: Pick<Authenticator, "tokenOf" | "scopeOf">;
  readonly turns: OpenTurns;
  /** About the home itself. @default there are only rooms */
  readonly others?: readonly Screen[] | undefined;
}

/** Every screen, for the generation that decides about main. */
export function dashboard({ home, app, tokens, turns, others = [] }: DashboardParts): UiParts {
  const rooms = roomsScreen({ home, turns, newRoom: newRoomId, ...workOf(app) });
  const sessions = new Sessions({ tokens });
  return {
    sessions,
    signIn: { tokenOf: (token, address) => tokens.tokenOf(token, address) },
    screens: [rooms, ...others, sessionsScreen(sessions)],
  };
}

/** A room that works on a repository has its own copy of it; all others share the workspace. */
function workOf(app: DashboardParts["app"]): Pick<RoomsParts, "filesOf" | "diffOf"> {
  const open = async (room: string) => {
    const project = await projectOfRoom(room, app.paths.projects);
    return project && (await app.projectWork(project, room));
  };
  return {
    filesOf: async (room) => {
      const work = await open(room);
      return work === undefined ? await app.workspace() : workspaceAt(work.copy);
    },
    diffOf: async (room) => {
      const work = await open(room);
      return work && (await diffOf(work));
    },
  };
}
