package io.relaygate.relay;

import io.relaygate.observe.Gauge;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Listens over the wire with several control channels, each of which lives and reconnects for itself. */
final class AzureListener implements RelayListener {

    private final AzureRelay relay;
    private final String hybridConnection;
    private final List<ControlChannel> channels;
    private final Gauge gauge;
    private final AtomicBoolean closed = new AtomicBoolean();

    AzureListener(AzureRelay relay, String hybridConnection, int controlChannels, Consumer<Offer> arrivals) {
        this.relay = relay;
        this.hybridConnection = hybridConnection;
        this.channels = IntStream.range(0, controlChannels)
                .mapToObj(number -> new ControlChannel(relay, hybridConnection, this, arrivals))
                .toList();
        this.gauge = relay.metrics()
                .gauge(
                        "relaygate_relay_control_channels",
                        "Control channels that are up.",
                        Map.of("namespace", relay.name(), "hybrid_connection", hybridConnection),
                        this::connected);
    }

    void start() {
        for (int i = 0; i < channels.size(); i++) {
            relay.threads().start("control-" + relay.name() + "-" + hybridConnection + "-" + i, channels.get(i)::run);
        }
    }

    @Override
    public int connected() {
        return (int) channels.stream().filter(ControlChannel::up).count();
    }

    @Override
    public int wanted() {
        return channels.size();
    }

    @Override
    public String state() {
        if (connected() > 0) {
            return "listening";
        }
        return "connecting: " + channels.getFirst().trouble();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            gauge.close();
            relay.forget(this);
            channels.forEach(ControlChannel::close);
        }
    }
}
