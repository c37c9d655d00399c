package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.dist.HycoWs.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Microsoft's client for Node, which answers every failure with two new attempts at once, against the relay. */
@ExtendWith(NothingLeftBehind.class)
class ListenerStormIT {

    private static final String KEY = "root-key-0123456789";
    private static final int QUOTA = 25;

    private static HycoWs client;
    private RelayGateProcess relay;

    @BeforeAll
    static void install() {
        HycoWs.require();
        Interop.require("curl");
        client = HycoWs.install();
    }

    @BeforeEach
    void start() {
        Path folder = Folders.fresh("storm");
        Folders.write(folder.resolve("root.key"), KEY);
        relay = RelayGateProcess.start(folder, "relay", """
                relay:
                  profile: azure
                  listen: "127.0.0.1:%d"
                  keys: { root: { rights: [manage], primary: "${file:root.key}" } }
                  hybridConnections: { theirs: {}, others: {} }
                """.formatted(FreePort.find()), Product.BRIEFLY)
                .ready();
    }

    @AfterEach
    void stop() {
        Closing.all(relay);
    }

    private Target target(String hybridConnection) {
        return new Target("localhost:" + relay.port("relay"), relay.state().resolve("relay-ca.pem"), hybridConnection, "root", KEY, 600);
    }

    private static ConditionFactory within(int seconds) {
        return Awaitility.await().pollInterval(Duration.ofMillis(100)).atMost(Duration.ofSeconds(seconds));
    }

    private double refused() {
        return relay.metrics()
                .lines()
                .filter(line -> line.matches("relaygate_embedded_relay_handshakes_total\\{action=\"listen\",status=\"40[13]\"} .*"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private double listeners(String hybridConnection) {
        return relay.metric("relaygate_embedded_relay_listeners{hybrid_connection=\"" + hybridConnection + "\"}");
    }

    /** The status that a listener gets who comes from an address of this machine, with an id as most clients have one. */
    private String listen(String address) {
        int port = relay.port("relay");
        return Programs.in(Folders.WORK)
                .bash("curl -s -o /dev/null -w '%{http_code}' --interface \"$4\" --cacert \"$1\" --max-time 5 --http1.1"
                                + " --resolve localhost:$2:127.0.0.1 -H 'Connection: Upgrade' -H 'Upgrade: websocket'"
                                + " -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='"
                                + " -H \"ServiceBusAuthorization: $3\" 'https://localhost:'$2'/$hc/theirs?sb-hc-action=listen&sb-hc-id='\"$5\"",
                        target("theirs").caFile().toString(),
                        Integer.toString(port),
                        SasTokens.sign("theirs", "root", KEY, Instant.now().plusSeconds(600)),
                        address,
                        UUID.randomUUID().toString())
                .out();
    }

    @Test
    void wrongKeyIsAnsweredLessAndLessOftenAndOthersGetInBesides() {
        try (Child storm = client.storm("storm-wrong", target("theirs").withKey("root", "another"))) {
            within(30).until(() -> refused() > 12);
            double before = refused();
            Instant start = Instant.now();
            try (Child good = client.listener("storm-good", target("others"))) {
                assertThat(good.alive()).as(good.told()).isTrue();
                assertThat(client.sender(target("others"), "1", "300000").orFail().out()).contains("echoed 300001");
            }
            within(60).until(() -> refused() > before);
            Duration taken = Duration.between(start, Instant.now());
            // Unbraked it is hundreds in a second.
            assertThat(refused() - before).isLessThan(100 + 20.0 * taken.toSeconds());
            assertThat(storm.alive()).isTrue();
        }
    }

    @Test
    void clientThatComesBackAsHundredsAfterAnOutageIsBoundedAndOthersGetIn() {
        try (Child storm = client.storm("storm-outage", target("theirs"))) {
            within(20).until(() -> storm.out().contains("listening"));
            relay.child().signal("KILL");
            relay.child().exitCode(Duration.ofSeconds(5));
            // The outage.
            Awaitility.await().pollDelay(Duration.ofMillis(500)).until(() -> storm.alive());
            relay.startAgain();
            relay.bound();
            within(60).until(() -> refused() > 10);
            // Each of these has one attempt.
            try (Child good = client.listener("storm-neighbour", target("others"))) {
                assertThat(good.alive()).as(good.told()).isTrue();
                assertThat(client.sender(target("others"), "1", "300000").orFail().out()).contains("echoed 300001");
            }
            within(60).until(() -> listeners("theirs") == QUOTA);
            assertThat(listen("127.0.0.2")).isEqualTo("101");
            assertThat(listen("127.0.0.1")).as("another at the same address, on the same hybrid connection").isEqualTo("101");
            assertThat(listeners("theirs")).isEqualTo(QUOTA);
        }
    }
}
