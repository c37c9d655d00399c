package io.relaygate.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** From the client straight to the sink: what the machine, or the link, can do. Its CPU is that of the sink. */
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
    public ProcessSet start(Surroundings surroundings) throws IOException, InterruptedException {
        Path folder = surroundings.newFolder(name());
        List<Child> owned = new ArrayList<>();
        int port = surroundings.link().to(surroundings.sink().getPort(), folder, owned);
        InetSocketAddress entry = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        return new ProcessSet(entry, List.copyOf(owned), List.of(surroundings.sinkProcess()));
    }
}
