package io.relaygate.doctor;

import io.relaygate.net.Names;
import io.relaygate.net.SocketLink;
import io.relaygate.net.WayOut;
import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** The outbound proxy: which it is, why it is used, and whether it answers. What it lets through, each namespace tells. */
final class ProxyExam {

    private ProxyExam() {}

    static List<Finding> look(WayOut out) {
        HostPort proxy = out.proxyAddress();
        if (proxy == null) {
            return List.of();
        }
        String what = "outboundProxy, " + out.words();
        try {
            String address = Names.shared().connect(proxy, Instant.now().plus(Doctor.PATIENCE), _ -> {}, (link, to, _) -> {
                link.close();
                return SocketLink.text(to);
            });
            return List.of(Finding.ok(what, "is there, at " + address));
        } catch (IOException e) {
            return List.of(Finding.fail(what, NamespaceExam.words(e), "see whether it runs there, and whether this machine may connect to it"));
        }
    }
}
