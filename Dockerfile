# The smallest image: one static program in an empty root, for no user in particular.
#
#     docker build -t r2-selftest .
#     docker run --rm --env-file r2.env r2-selftest run --no-env-file
FROM rust:1.95.0-alpine3.22 AS build
# hadolint ignore=DL3018
RUN apk add --no-cache musl-dev
WORKDIR /src
COPY . .
ARG COMMIT=
RUN R2_SELFTEST_COMMIT="$COMMIT" cargo build --profile dist --locked

FROM scratch
COPY --from=build /src/target/dist/r2-selftest /r2-selftest
USER 65534:65534
ENTRYPOINT ["/r2-selftest"]
