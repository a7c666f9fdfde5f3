/** What the dashboard of `org serve` is made of. */
import type { Authenticator } from "#server/http/auth/authenticator.ts";
import type { LocalHome } from "#server/socket/local-home.ts";
import { roomsScreen } from "#server/ui/room/rooms-screen.ts";
import { Sessions } from "#server/ui/sessions.ts";
import type { UiParts } from "#server/ui/ui-app.ts";

export interface DashboardParts {
  readonly home: LocalHome;
  /** Judges tokens, and knows which ones were revoked. */
  readonly tokens: Pick<Authenticator, "tokenOf" | "scopeOf">;
}

/** Every screen, in an app of the generation that decides about main. */
export function dashboard({ home, tokens }: DashboardParts): UiParts {
  return {
    sessions: new Sessions({ tokens }),
    signIn: { tokenOf: (token, address) => tokens.tokenOf(token, address) },
    screens: [roomsScreen({ rooms: () => home.rooms() })],
  };
}
