package io.relaygate.session;

import io.relaygate.destination.Dialed;
import io.relaygate.destination.Loan;
import io.relaygate.sdk.Connection;
import java.util.IdentityHashMap;

/** What a session has borrowed and not given back. Any thread. */
final class Loans {

    private final IdentityHashMap<Connection, Loan> open = new IdentityHashMap<>();

    /** It was lent; where no pool waits for it, giving it back closes it. */
    synchronized Connection lent(Dialed dialed) {
        open.put(dialed.link(), dialed.loan() == null ? dialed.link()::close : dialed.loan());
        return dialed.link();
    }

    /**
     * It is given back.
     *
     * @throws IllegalArgumentException if it is not lent
     */
    synchronized Loan end(Connection connection) {
        Loan loan = open.remove(connection);
        if (loan == null) {
            throw new IllegalArgumentException("a connection that was not borrowed in this session, or was given back before");
        }
        return loan;
    }
}
