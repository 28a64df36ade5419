import { defineRailway, preserve, project, service } from "railway/iac";

// Applied by a person with `railway config plan` and `railway config apply`. What this file does not state is removed.
export default defineRailway(() => {
  const recordings = service("recordings", {
    start: "gunicorn app:app --bind 0.0.0.0:$PORT",
    preDeploy: "r2-selftest",
    healthcheck: "/health",
    env: {
      R2_ENABLED: "true",
      R2_ENDPOINT: preserve(),
      R2_ACCESS_KEY_ID: preserve(),
      R2_SECRET_ACCESS_KEY: preserve(),
      R2_BUCKET_NAME: preserve(),
      CHECK_R2_AT_START: "true",
    },
  });
  return project("recordings", { resources: [recordings] });
});
