package io.relaygate;

import io.relaygate.GatewayConfig.BoundRoute;
import io.relaygate.config.Block;
import io.relaygate.config.Bound;
import io.relaygate.config.Nearest;
import io.relaygate.config.Place;
import io.relaygate.config.PrivateFiles;
import io.relaygate.config.Problems;
import io.relaygate.net.Alpn;
import io.relaygate.route.RouteSettings;
import io.relaygate.sdk.Protocol;
import io.relaygate.sdk.ProtocolHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every route gets the protocol that it names, which can work with what stands under its {@code with:}. */
final class RouteBinding {

    private final Draft draft;
    private final DestinationChecks destinations;
    private final Map<String, Protocol<?>> protocols;

    RouteBinding(Draft draft, DestinationChecks destinations, Map<String, Protocol<?>> protocols) {
        this.draft = draft;
        this.destinations = destinations;
        this.protocols = protocols;
    }

    List<BoundRoute<?>> run() {
        List<BoundRoute<?>> routes = new ArrayList<>();
        for (RouteSettings route : draft.settings().routes()) {
            destinations.to(route);
            Protocol<?> protocol = protocols.get(String.valueOf(route.protocol()));
            BoundRoute<?> bound = protocol == null ? null : bind(route, protocol);
            if (bound != null) {
                routes.add(bound);
            } else if (draft.gives(route, "with")) {
                destinations.unreadable();
            }
            if (protocol == null && route.protocol() != null) {
                draft.wrong(route, "protocol", "no plugin brings " + Problems.quote(route.protocol())
                        + Nearest.hint(route.protocol(), protocols.keySet()));
            } else if (protocol != null) {
                IdentityChecks.asks(draft, route, protocol);
            }
        }
        destinations.unused();
        return routes;
    }

    private <S extends Record> @Nullable BoundRoute<S> bind(RouteSettings route, Protocol<S> protocol) {
        if (route.with() == null && draft.gives(route, "with")) {
            return null;
        }
        int before = draft.problems().count();
        Place place = draft.origins().of(route);
        Block block = route.with() == null ? Block.none(place, draft.origins().path(route, "with")) : route.with();
        try {
            Bound<S> with = block.bind(protocol.settings(), draft.problems());
            if (with == null) {
                return null;
            }
            if (draft.problems().count() > before) {
                destinations.unreadable();
            }
            destinations.with(with);
            TlsChecks.of(with, draft.problems());
            if (draft.refusesInsecureFiles()) {
                PrivateFiles.check(with.value(), with.origins(), draft.problems());
            }
            BoundRoute<S> bound = new BoundRoute<>(route, protocol, with.value(), List.of());
            boolean sound = draft.problems().count() == before && !draft.isWrong(route, "to") && !draft.isWrong(route, "name");
            if (sound && draft.gives(route, "name")) {
                try (ProtocolHandler tried = bound.tried()) {
                    bound = bound.noted(tried.notes());
                }
                new Alpn(protocol.alpn(), false);
            }
            return bound;
        } catch (IllegalArgumentException e) {
            draft.wrong(route, String.valueOf(e.getMessage()));
        } catch (RuntimeException | LinkageError e) {
            draft.wrong(route, "protocol", "the plugin of protocol " + protocol.name() + " fails: " + e);
        }
        return null;
    }
}
