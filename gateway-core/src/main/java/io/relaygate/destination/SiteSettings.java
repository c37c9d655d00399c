package io.relaygate.destination;

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
        @Setting(value = "How long a session may take to reach the service through one namespace; 20s if left out.", min = "10ms")
                @Nullable Duration connectTimeout) {}
