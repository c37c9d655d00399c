package io.relaygate.session;

import io.relaygate.access.Client;
import io.relaygate.access.Share;
import io.relaygate.destination.Destination;
import io.relaygate.net.ByteRate;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.RefusedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a session has of the limits of its callers and destinations: of each once, until the session is over. Any thread. */
final class Shares {

    private final Map<Record, Share> taken = new LinkedHashMap<>();

    /**
     * A caller goes to a destination.
     *
     * @return what binds its bytes on the way
     * @throws RefusedException BUSY if a limit is reached
     */
    synchronized List<ByteRate> take(Client client, Caller caller, DestinationName name, Destination destination)
            throws RefusedException {
        Share ofCaller = taken.get(caller);
        if (ofCaller == null) {
            ofCaller = client.calls(caller);
            taken.put(caller, ofCaller);
        }
        Share ofDestination = taken.get(name);
        if (ofDestination == null) {
            ofDestination = destination.begins();
            taken.put(name, ofDestination);
        }
        List<ByteRate> rates = new ArrayList<>(ofCaller.rates());
        rates.addAll(ofDestination.rates());
        return rates;
    }

    /** The session is over. */
    synchronized void giveBack() {
        taken.values().forEach(share -> share.over().run());
        taken.clear();
    }
}
