import type { Dialect } from "./model-request.ts";

/** How a provider refuses to answer. */
export interface ModelFailure {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Why it refuses: the plan is used up, too many at a time, its own trouble, an expired login. */
const CAUSES = ["quota", "rate", "overloaded", "login"] as const;
export type FailureCause = (typeof CAUSES)[number];

export const isFailureCause = (word: string): word is FailureCause => CAUSES.some((cause) => cause === word);

const anthropic = (type: string, message: string): unknown => ({ type: "error", error: { type, message } });
const openai = (type: string, message: string, more: Readonly<Record<string, unknown>> = {}): unknown => ({
  error: { message, type, param: null, code: null, ...more },
});

/** What the providers send. @param resets - When a used up plan may be used again, in seconds since the epoch. */
export const failureOf = (dialect: Dialect, cause: FailureCause, resets: number): ModelFailure =>
  dialect === "messages" ? anthropicFailure(cause, resets) : openaiFailure(dialect, cause, resets);

function anthropicFailure(cause: FailureCause, resets: number): ModelFailure {
  switch (cause) {
    case "quota":
      return {
        status: 429,
        headers: {
          "x-should-retry": "false",
          "retry-after": String(resets - Math.floor(Date.now() / 1000)),
          "anthropic-ratelimit-unified-status": "rejected",
          "anthropic-ratelimit-unified-reset": String(resets),
          "anthropic-ratelimit-unified-representative-claim": "five_hour",
          "anthropic-ratelimit-unified-overage-status": "rejected",
          "anthropic-ratelimit-unified-overage-disabled-reason": "org_level_disabled",
        },
        body: anthropic(
          "rate_limit_error",
          "This request would exceed your account's rate limit. Please try again later.",
        ),
      };
    case "rate":
      return {
        status: 429,
        headers: { "retry-after": "1", "x-should-retry": "true" },
        body: anthropic(
          "rate_limit_error",
          "This request would exceed your organization's rate limit of 50 requests per minute.",
        ),
      };
    case "overloaded":
      return {
        status: 529,
        headers: { "x-should-retry": "true" },
        body: anthropic("overloaded_error", "Overloaded"),
      };
    case "login":
      return {
        status: 401,
        headers: { "x-should-retry": "false" },
        body: anthropic(
          "authentication_error",
          "OAuth token has expired. Please obtain a new token or refresh your existing token.",
        ),
      };
  }
}

function openaiFailure(dialect: Dialect, cause: FailureCause, resets: number): ModelFailure {
  switch (cause) {
    case "quota":
      return dialect === "responses"
        ? {
            status: 429,
            headers: {
              "x-codex-primary-used-percent": "100.0",
              "x-codex-primary-window-minutes": "300",
              "x-codex-primary-reset-at": String(resets),
            },
            body: openai("usage_limit_reached", "The usage limit has been reached", {
              plan_type: "plus",
              resets_at: resets,
              resets_in_seconds: resets - Math.floor(Date.now() / 1000),
            }),
          }
        : {
            status: 429,
            headers: { "x-should-retry": "false" },
            body: openai(
              "insufficient_quota",
              "You exceeded your current quota, please check your plan and billing details.",
              { code: "insufficient_quota" },
            ),
          };
    case "rate":
      return {
        status: 429,
        headers: { "retry-after": "1" },
        body: openai("requests", "Rate limit reached for requests. Please try again in 1s.", {
          code: "rate_limit_exceeded",
        }),
      };
    case "overloaded":
      return {
        status: 503,
        headers: {},
        body: openai("service_unavailable_error", "The server is currently overloaded.", {
          code: "server_is_overloaded",
        }),
      };
    case "login":
      return {
        status: 401,
        headers: {},
        body: openai("invalid_request_error", "Your authentication token has expired.", {
          code: "token_expired",
        }),
      };
  }
}
