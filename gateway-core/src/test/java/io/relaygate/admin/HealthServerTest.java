package io.relaygate.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.sdk.HostPort;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class HealthServerTest {

    @Test
    void tellsReadinessAndNothingElse() throws IOException {
        FakeControls controls = new FakeControls();
        try (HealthServer server =
                new HealthServer(new AdminSettings.Health(new HostPort("127.0.0.1", 0)), controls::readiness)) {
            assertThat(RawHttp.request(server.address(),
                            "GET /readyz HTTP/1.1\r\nHost: probe.example\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 200")
                    .contains("{\"ready\":true}");
            controls.readiness = Readiness.not("namespace weu: 401");
            assertThat(RawHttp.get(server.address(), "/readyz")).startsWith("HTTP/1.1 503").doesNotContain("weu");
            assertThat(RawHttp.get(server.address(), "/healthz")).startsWith("HTTP/1.1 200").contains("{\"alive\":true}");
            assertThat(RawHttp.send(server.address(), "HEAD", "/readyz")).startsWith("HTTP/1.1 503");
            assertThat(RawHttp.get(server.address(), "/metrics")).startsWith("HTTP/1.1 404");
            assertThat(RawHttp.send(server.address(), "POST", "/readyz", "Content-Length: 0"))
                    .startsWith("HTTP/1.1 405");
        }
    }
}
