package io.relaygate.plugins.http.storage;

import io.relaygate.sdk.Secret;
import io.relaygate.sdk.Setting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is set for a storage account's service that requests go to. */
public record StorageSettings(
        @Setting(value = "Who proves to the account that requests may be made: the gateway by its key (`sign`), or callers by their SAS, whose "
                        + "path is changed on its way (`sas-prefix`).", byDefault = "sign")
                Mode mode,
        @Setting(value = "The service's own address, to which the public name and path are changed.", required = true,
                        example = "https://acct.blob.oslo.stack.local/")
                Endpoint endpoint,
        @Setting("The service: `blob`, `queue` or `table`; left out, what the endpoint's host says in its second word.") @Nullable Service service,
        @Setting("The account; left out, what the endpoint's host says in its first word.") @Nullable String account,
        @Setting(value = "A key of the account.", example = "${file:acct.key1}") @Nullable Secret key1,
        @Setting(value = "Its other key, tried where the one is no good any more.", example = "${file:acct.key2}") @Nullable Secret key2,
        @Setting(value = "The version that requests are made in (`x-ms-version`).", byDefault = "2017-11-09") ServiceVersion version,
        @Setting(value = "The containers, queues or tables that are open: a name, the first letters of some and `*`, or `*` for all and for "
                        + "the service itself.", example = "[invoices, \"log-*\"]")
                List<NameRule> names,
        @Setting(value = "What may be done with them; left out, what `readOnly` leaves.", example = "[read, list, write]") List<Operation> operations,
        @Setting(value = "Whether nothing may be changed: of `operations`, `read` and `list` are left.", byDefault = "false") boolean readOnly) {

    /** Copies the lists. */
    public StorageSettings {
        names = List.copyOf(names);
        operations = List.copyOf(operations);
    }

    /** Who proves that a request may be made. */
    public enum Mode {
        /** The gateway, with the account's key; what the caller says for proof is dropped. */
        SIGN,
        /** The caller, with a shared access signature, in which no path prefix is signed. */
        SAS_PREFIX
    }
}
