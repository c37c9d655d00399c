package io.relaygate.destination;

import io.relaygate.net.Pin;
import io.relaygate.relay.Wire;
import io.relaygate.sdk.Setting;
import io.relaygate.tunnel.Mode;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A group of gateways behind the relay. What is left out is taken from {@code siteDefaults}. */
public record SiteSettings(
        @Setting(value = "The namespaces it listens on, tried in this order.", example = "[weu, neu]") List<String> namespaces,
        @Setting(value = "Its hybrid connection; {site} stands for the site's name.", example = "site-{site}")
                @Nullable String hybridConnection,
        @Setting(value = "The services that it offers.", example = "[orders, crm]") List<String> services,
        @Setting(value = "How sessions cross the relay: many in a tunnel, or plain, each on a rendezvous of its own; must be "
                        + "the same at the site. A tunnel if left out.")
                @Nullable Mode mode,
        @Setting("How we say which service we want, with `mode: plain` only: relaygate, before we are connected; azbridge, by the preamble "
                        + "that azbridge's listeners expect, with the service as the logical port. relaygate if left out.")
                @Nullable Wire wire,
        @Setting(value = "How long a session may take to reach the service through one namespace; 20s if left out.", min = "10ms")
                @Nullable Duration connectTimeout,
        @Setting(value = "The public keys of its gateways, as `relaygate identity` prints them; the old and the new one while a "
                        + "key is replaced. With any of them, carriers are sealed: the relay cannot read them, and nobody else can answer.",
                        min = "1", example = "[\"ed25519:kkpY1bD0lsEsQtEPjsVZ4wW5c1qYRgAo0hRrAV9CEUs\"]")
                List<Pin> pins) {

    /** Whether carriers are sealed. */
    public boolean isSealed() {
        return !pins.isEmpty();
    }
}
