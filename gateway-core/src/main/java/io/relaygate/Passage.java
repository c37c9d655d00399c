package io.relaygate;

import io.relaygate.Explanation.Question;
import io.relaygate.Explanation.Told;
import io.relaygate.access.Trust;
import io.relaygate.destination.SiteSettings;
import io.relaygate.net.GatewayKey;
import io.relaygate.net.Pin;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an explanation at an edge means for the site that the client goes to.
 *
 * @param edge the edge's configuration
 * @param question the client at the edge
 * @param to the service that it goes to
 * @param caller as whom it goes there
 */
public record Passage(GatewayConfig edge, Question question, DestinationName to, Caller caller) {

    /**
     * Goes on at the site.
     *
     * @param edgeAddress the edge's address as the relay tells it, or null if that is not known
     * @throws IllegalArgumentException if the site does not listen where the edge sends
     * @throws IOException if a file that a configuration names cannot be read any more
     */
    public Explanation into(GatewayConfig site, @Nullable InetAddress edgeAddress) throws IOException {
        SiteSettings settings = Objects.requireNonNull(edge.sites().get(to.site()));
        String hub = hub(site, settings.hybridConnection());
        if (!settings.isSealed()) {
            return Explanation.of(site, at(hub, edgeAddress, null));
        }
        Path siteKey = site.keyFile();
        Pin proven = siteKey != null && Files.exists(siteKey) ? GatewayKey.read(siteKey).pin() : null;
        if (proven != null && !settings.pins().contains(proven)) {
            return refused("site " + to.site() + " has the key " + proven + ", which is not pinned at the edge", "sites." + to.site()
                    + ".pins of the edge");
        }
        Pin own = GatewayKey.read(Objects.requireNonNull(edge.keyFile())).pin();
        String sender = Trust.in(site.settings().senders()).senderOf(own);
        if (sender == null && !site.settings().senders().isEmpty()) {
            return refused("the edge has the key " + own + ", which no sender has here", "senders");
        }
        Told told = new Told(sender == null ? "" : sender, caller, question.from());
        return Explanation.of(site, at(hub, edgeAddress, told));
    }

    /** The client at the site: what is seen of its TLS there, or, where that ended at the edge, what a sealed carrier tells of it. */
    private Question at(String hub, @Nullable InetAddress edgeAddress, @Nullable Told told) {
        boolean ended = Objects.requireNonNull(edge.settings().entryPoints().get(question.entryPoint())).tls() != null;
        String serverName = ended && told == null ? null : question.serverName();
        List<String> protocols = ended ? agreed(told) : question.alpn();
        return new Question(hub, edgeAddress, serverName, to.name(), null, told, null, question.login(), protocols, question.at(), question.request(), false);
    }

    private List<String> agreed(@Nullable Told told) {
        String chosen = told == null ? null : edge.alpn(question.entryPoint()).choose(question.alpn());
        return chosen == null || chosen.isEmpty() ? List.of() : List.of(chosen);
    }

    private static Explanation refused(String why, String place) {
        return new Explanation(List.of(), new RefusedException(Reason.NOT_ALLOWED, why), place, null, null, Caller.ANONYMOUS);
    }

    private static String hub(GatewayConfig site, @Nullable String hybridConnection) {
        return site.settings().entryPoints().entrySet().stream()
                .filter(each -> hybridConnection != null && hybridConnection.equals(each.getValue().hybridConnection()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no entry point listens on hybrid connection " + hybridConnection));
    }
}
