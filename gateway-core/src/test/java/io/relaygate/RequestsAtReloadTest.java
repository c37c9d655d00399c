package io.relaygate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.Buffers;
import io.relaygate.net.SocketLink;
import io.relaygate.net.WayOut;
import io.relaygate.net.WebCall;
import io.relaygate.plugin.PluginJar;
import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A configuration is changed while an HTTP request to a hybrid connection is answered. */
@Timeout(60)
class RequestsAtReloadTest {

    /** Waits for its destination to say something, and answers with that and with what it was told when its route began. */
    private static final String PROTOCOL = """
            package demo;
            import io.relaygate.sdk.*;
            public record DemoProtocol(String name) implements Protocol<DemoSettings> {
                public Class<DemoSettings> settings() { return DemoSettings.class; }
                public java.util.List<String> alpn() { return java.util.List.of("http/1.1"); }
                public ProtocolHandler open(DemoSettings settings, RouteContext context) {
                    return session -> {
                        Connection there = session.dial(session.facts().caller(), session.facts().to());
                        String said = new String(there.in().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
                        String body = settings.greeting() + " " + said;
                        session.client().out().write(("HTTP/1.1 200 OK\\r\\nContent-Length: " + body.length() + "\\r\\n\\r\\n" + body)
                                .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                    };
                }
            }
            """;

    @TempDir
    Path folder;

    private Path write(String greeting, ServerSocket destination, String route) throws IOException {
        return Files.writeString(folder.resolve("gateway.yaml"), """
                stateDir: state
                admin: { listen: "127.0.0.1:0" }
                relay:
                  listen: "127.0.0.1:0"
                  hybridConnections: { shop: { requiresClientAuthorization: false } }
                entryPoints: { hub: { namespaces: [embedded], hybridConnection: shop, mode: plain } }
                routes: [ { name: %s, from: hub, protocol: web, to: there, with: { greeting: %s }, open: true } ]
                destinations: { there: { addresses: [ "127.0.0.1:%d" ] } }
                """.formatted(route, greeting, destination.getLocalPort()));
    }

    private static CompletableFuture<String> ask(Gateway gateway, Path caFile) {
        URI uri = URI.create("https://" + HostPort.parse(String.valueOf(gateway.addresses().get("relay"))).toString().replace("127.0.0.1", "localhost") + "/shop");
        return CompletableFuture.supplyAsync(() -> {
            try {
                WebCall.Answer answer = WebCall.get(uri, caFile).send(WayOut.straight(), Duration.ofSeconds(30), _ -> {});
                return answer.head().status() + " " + new String(answer.body(), StandardCharsets.US_ASCII);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }, Thread::startVirtualThread);
    }

    private static void says(Socket socket, String what) throws IOException {
        try (socket) {
            socket.getOutputStream().write(what.getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Test
    void requestIsFinishedUnderTheOldRulesAndTheNextBeginsUnderTheNewOnes() throws Exception {
        Files.createDirectory(folder.resolve("plugins"));
        Files.createDirectory(folder.resolve("work"));
        PluginJar.of("web").source("demo.DemoProtocol", PROTOCOL).to(folder.resolve("plugins/web.jar"));
        int sockets = SocketLink.open();
        try (ServerSocket old = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
                ServerSocket changed = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
                Plugins plugins = Plugins.load(folder.resolve("plugins"), Preview.NONE, folder.resolve("work"), "0.1.0");
                Gateway gateway = Gateway.start(write("old", old, "one"), plugins, _ -> {})) {
            Path caFile = folder.resolve("state/relay-ca.pem");
            CompletableFuture<String> first = ask(gateway, caFile);
            Socket waiting = old.accept();
            write("new", changed, "two");
            assertThat(gateway.reload()).isEmpty();
            CompletableFuture<String> second = ask(gateway, caFile);
            says(changed.accept(), "after");
            assertThat(second.get(20, TimeUnit.SECONDS)).isEqualTo("200 new after");
            assertThat(first).as("the reload ends no request").isNotDone();
            says(waiting, "before");
            assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo("200 old before");
            await().until(() -> gateway.sessions() == 0);
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> SocketLink.open() == sockets && Buffers.outstanding() == 0);
    }
}
