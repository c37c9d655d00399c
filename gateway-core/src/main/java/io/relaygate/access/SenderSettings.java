package io.relaygate.access;

import io.relaygate.net.Network;
import io.relaygate.net.Pin;
import io.relaygate.sdk.Setting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An edge that a site knows by the keys of its gateways. */
public record SenderSettings(
        @Setting(value = "The public keys of its gateways, as `relaygate identity` prints them; the old and the new one while "
                        + "a key is replaced.",
                        required = true, min = "1", example = "[\"ed25519:kkpY1bD0lsEsQtEPjsVZ4wW5c1qYRgAo0hRrAV9CEUs\"]")
                List<Pin> pins,
        @Setting("What it is believed when it tells of its clients; left out, nothing.") @Nullable MayAssert mayAssert,
        @Setting("How much of this site its sessions may use.") @Nullable SenderLimits limits) {

    /** What an edge is believed. */
    public record MayAssert(
            @Setting(value = "The callers whom it may send; `*` stands for any text. Left out, all its callers are anonymous here.",
                            min = "1", example = "[\"*@contoso.com\"]")
                    List<CallerPattern> callers,
            @Setting(value = "The groups that it may put them into; others are dropped.", min = "1", example = "[apps]")
                    List<String> groups,
            @Setting(value = "The networks from which it may say that they come. Left out, the address is the edge's.", min = "1",
                            example = "[203.0.113.0/24]")
                    List<Network> networks) {}
}
