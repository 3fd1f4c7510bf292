# The server on CPU. Builder and runtime are the same Debian, whose libraries it links.
FROM debian:12-slim AS builder
WORKDIR /src
COPY script/lib.sh script/setup script/
RUN script/setup build && rm -rf /var/lib/apt/lists/*
COPY . .
RUN script/build release gradd && install -s build/release/server/gradd /usr/local/bin/gradd

FROM debian:12-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
       curl libgrpc++1.51 libprotobuf32 libabsl20220623 libprometheus-cpp-pull1.0 \
       libsleef3 libspdlog1.10 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin gradd
COPY --from=builder /usr/local/bin/gradd /usr/local/bin/gradd
COPY deploy/healthcheck /usr/local/bin/gradd-healthcheck
# A library that the list above forgot should stop the build, not the first start.
RUN ! ldd /usr/local/bin/gradd | grep 'not found'
USER gradd
EXPOSE 50051 9464
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s CMD ["gradd-healthcheck"]
# No flags: the server listens on the container's loopback until the operator says otherwise.
ENTRYPOINT ["gradd"]
