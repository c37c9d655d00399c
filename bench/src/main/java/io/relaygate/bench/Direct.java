package io.relaygate.bench;

import java.util.List;

/** From the client straight to the sink: what the machine can do. Its CPU is that of the sink. */
record Direct() implements Setup {

    @Override
    public String name() {
        return "direct";
    }

    @Override
    public String title() {
        return "direct loopback";
    }

    @Override
    public ProcessSet start(Surroundings surroundings) {
        return new ProcessSet(surroundings.sink(), List.of(), List.of(surroundings.sinkProcess()));
    }
}
