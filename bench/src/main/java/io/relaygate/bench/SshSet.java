package io.relaygate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * An edge with its relay and a site behind a tunnel, before an SSH server, or one gateway alone. The CPU of the one with the route counts.
 *
 * @param server behind it
 * @param home the folder of the unpacked distribution
 */
record SshSet(SshRoute route, SshServer server, Path home) implements Setup {

    @Override
    public String name() {
        return route.word();
    }

    @Override
    public String title() {
        return route.title();
    }

    @Override
    public ProcessSet start(Surroundings surroundings) throws IOException, InterruptedException {
        Path folder = surroundings.newFolder(name());
        Configurations configurations = new Configurations(folder, surroundings, "tunnel", null, route.sections(folder, server));
        return route == SshRoute.ALONE
                ? OneGateway.start(home, folder, configurations.alone(route.settings(server)), SshSet::answers)
                : TwoGateways.start(home, folder, configurations, route.settings(server), List.of(), SshSet::answers);
    }

    /** Whether an SSH server says who it is. */
    private static boolean answers(InetSocketAddress entry) {
        try (Socket socket = new Socket(entry.getAddress(), entry.getPort())) {
            socket.setSoTimeout(5000);
            return new String(socket.getInputStream().readNBytes("SSH-".length()), StandardCharsets.US_ASCII).equals("SSH-");
        } catch (IOException notYet) {
            return false;
        }
    }
}
