package io.relaygate.relay.server;

import static org.awaitility.Awaitility.await;

import io.relaygate.net.Link;
import io.relaygate.relay.Offer;
import io.relaygate.relay.Relay;
import io.relaygate.relay.RelayListener;
import io.relaygate.relay.server.RelaySettings.Profile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests that have an embedded relay each, of which nothing may be left. */
abstract class AtARelay {

    @TempDir
    Path stateDir;

    RelayFixture relay;

    /** What the relay of each test is like. */
    RelaySettings settings() {
        return RelayFixture.settings("127.0.0.1", 0);
    }

    @BeforeEach
    void startRelay() throws IOException {
        relay = new RelayFixture(stateDir, settings());
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        relay.close();
    }

    /** Goes on with another relay. */
    void replaceBy(RelaySettings settings) throws Exception {
        relay.close();
        relay = new RelayFixture(stateDir, settings);
    }

    /** Goes on with a relay of that profile. */
    void under(Profile profile) throws Exception {
        if (profile == Profile.PESSIMISTIC) {
            replaceBy(RelayFixture.pessimistic(Duration.ofSeconds(20), null));
        }
    }

    /** Listens on {@code site-oslo} from now on. */
    RelayListener listen(Relay listener, Consumer<Offer> arrivals) {
        RelayListener listening = relay.closing(listener.listen("site-oslo", 2, arrivals));
        await().atMost(Duration.ofSeconds(10)).until(() -> listening.connected() > 0);
        return listening;
    }

    /** Serves an offer so. */
    static void echo(Offer offer) {
        try (Link link = offer.accept(RelayFixture.soon())) {
            link.in().transferTo(link.out());
            link.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
