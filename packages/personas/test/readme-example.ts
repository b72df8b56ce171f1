import { openPersonas, openProfiles, parseRuntimeRule, profileTree, provision } from "@mosaic/fleet-personas";

export async function example(fleet: string): Promise<string> {
  const personas = openPersonas({ baseline: `${fleet}/roles`, override: `${fleet}/roles.local` });
  const profiles = openProfiles(
    { baseline: `${fleet}/profiles`, override: `${fleet}/profiles.local` },
    personas,
  );
  const profile = await profiles.resolveProfile("research");
  const { text } = provision({
    profile,
    full: true,
    runtimes: [parseRuntimeRule("researcher=codex:gpt-5.5"), parseRuntimeRule("*=claude")],
    topology: false,
    tenantId: "me",
  });
  return `${profileTree(profile.profile).join("\n")}\n\n${text}`;
}
