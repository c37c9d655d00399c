package io.relaygate;

import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.Dialer;
import io.relaygate.sdk.DialerContext;
import io.relaygate.sdk.DialerHandle;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.Protocol;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.RouteContext;
import io.relaygate.sdk.ServerCertificates;
import io.relaygate.sdk.Session;
import io.relaygate.sdk.Setting;
import io.relaygate.sdk.Trust;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Protocols for tests of the configuration, which must not need a plugin. */
final class TestProtocol {

    private TestProtocol() {}

    /** All of them by name. */
    static Map<String, Protocol<?>> all() {
        return Map.of("tcp", new Tcp(), "pick", new Pick(new AtomicInteger()), "broken", new Broken(), "spoken", new Spoken());
    }

    /** Dialers by name. */
    static Map<String, Dialer<?>> dialers() {
        return Map.of("hop", new Hop());
    }

    record HopSettings(
            @Setting(value = "Over which.", required = true) HostPort over,
            @Setting("Whom to trust.") @Nullable Trust tls) {}

    /** Takes no port 1. */
    record Hop() implements Dialer<HopSettings> {
        @Override
        public String name() {
            return "hop";
        }

        @Override
        public Class<HopSettings> settings() {
            return HopSettings.class;
        }

        @Override
        public DialerHandle open(HopSettings settings, DialerContext context) {
            if (settings.over().port() == 1) {
                throw new IllegalArgumentException("nobody is at port 1");
            }
            return (target, deadline) -> context.connect(settings.over(), settings.tls(), deadline);
        }
    }

    /** Looks at what clients say first. */
    record Spoken() implements Protocol<NoSettings> {
        @Override
        public String name() {
            return "spoken";
        }

        @Override
        public Class<NoSettings> settings() {
            return NoSettings.class;
        }

        @Override
        public boolean recognises() {
            return true;
        }

        @Override
        public ProtocolHandler open(NoSettings settings, RouteContext context) {
            return session -> {};
        }
    }

    record NoSettings() {}

    /** Like the protocol of the same name. */
    record Tcp() implements Protocol<NoSettings> {
        @Override
        public String name() {
            return "tcp";
        }

        @Override
        public Class<NoSettings> settings() {
            return NoSettings.class;
        }

        @Override
        public ProtocolHandler open(NoSettings settings, RouteContext context) {
            if (!context.namesDestination()) {
                throw new IllegalArgumentException("tcp needs `to:`, the destination of its sessions");
            }
            return session -> {};
        }
    }

    record PickSettings(
            @Setting(value = "By letter.", required = true) Map<String, DestinationName> letters,
            @Setting("More.") List<DestinationName> others,
            @Setting("What clients are shown.") @Nullable ServerCertificates tls,
            @Setting("Who is believed.") Map<String, Trust> trust,
            @Setting(value = "How often.", byDefault = "3", min = "1", max = "9") int times) {}

    /** Names destinations in its settings; counts the handlers that are open. */
    record Pick(AtomicInteger open) implements Protocol<PickSettings> {
        @Override
        public String name() {
            return "pick";
        }

        @Override
        public Class<PickSettings> settings() {
            return PickSettings.class;
        }

        @Override
        public ProtocolHandler open(PickSettings settings, RouteContext context) {
            open.incrementAndGet();
            return new ProtocolHandler() {
                @Override
                public void handle(Session session) {}

                @Override
                public void close() {
                    open.decrementAndGet();
                }
            };
        }
    }

    /** Has a defect. */
    record Broken() implements Protocol<NoSettings> {
        @Override
        public String name() {
            return "broken";
        }

        @Override
        public Class<NoSettings> settings() {
            return NoSettings.class;
        }

        @Override
        public ProtocolHandler open(NoSettings settings, RouteContext context) {
            throw new IllegalStateException("boom");
        }
    }
}
