package io.relaygate.doctor;

import io.relaygate.net.Names;
import io.relaygate.net.SocketLink;
import io.relaygate.net.WayOut;
import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
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
            List<Finding> found = new ArrayList<>(List.of(Finding.ok(what, "is there, at " + address)));
            found.addAll(login(out));
            return found;
        } catch (IOException e) {
            return List.of(Finding.fail(what, NamespaceExam.words(e), "see whether it runs there, and whether this machine may connect to it"));
        }
    }

    /** A password is known to be right only where it is shown, and a ticket before. */
    private static List<Finding> login(WayOut out) {
        String what = "outboundProxy, login";
        try {
            String ticket = out.rehearseLogin(Instant.now().plus(Doctor.PATIENCE));
            return ticket == null ? List.of() : List.of(Finding.ok(what, "there is " + ticket));
        } catch (IOException e) {
            return List.of(Finding.advised(what, NamespaceExam.words(e), "see what `kinit` and `kvno` of this system say"));
        }
    }
}
