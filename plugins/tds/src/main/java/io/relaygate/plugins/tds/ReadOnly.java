package io.relaygate.plugins.tds;

import io.relaygate.plugins.tds.wire.Call;
import io.relaygate.plugins.tds.wire.SqlText;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What may be asked where nothing is to be changed. It goes by words: what is not known is denied, and what a function or a view does is not seen. The
 * server's own rights are what holds; this keeps from mistakes.
 */
final class ReadOnly {

    /** With what a batch may begin: any other word might be a procedure, which there needs no word before it. */
    private static final Set<String> FIRST = Set.of(
            "SELECT", "WITH", "SET", "DECLARE", "USE", "IF", "WHILE", "PRINT", "WAITFOR", "BEGIN", "COMMIT", "ROLLBACK", "SAVE", "OPEN", "FETCH", "CLOSE",
            "DEALLOCATE", "RETURN");

    /** All of them are kept for the language by the server, or begin statements of their own. */
    private static final Set<String> DENIED = Set.of(
            "INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE", "INTO", "BULK", "CREATE", "ALTER", "DROP", "GRANT", "REVOKE", "DENY", "EXEC", "EXECUTE",
            "OPENROWSET", "OPENQUERY", "OPENDATASOURCE", "OPENXML", "BACKUP", "RESTORE", "DBCC", "KILL", "SHUTDOWN", "RECONFIGURE", "WRITETEXT", "UPDATETEXT",
            "TRIGGER", "CONVERSATION", "RECEIVE", "SETUSER", "REVERT", "CHECKPOINT", "LOAD", "DUMP", "NEXT");

    /** Procedures that change nothing, or run what was looked at when it was prepared. */
    private static final Set<String> PROCEDURES = Set.of(
            "sp_executesql", "sp_prepare", "sp_prepexec", "sp_execute", "sp_unprepare", "sp_cursoropen", "sp_cursorprepare", "sp_cursorprepexec",
            "sp_cursorexecute", "sp_cursorunprepare", "sp_cursorfetch", "sp_cursoroption", "sp_cursorclose", "sp_tables", "sp_columns", "sp_columns_100",
            "sp_pkeys", "sp_fkeys", "sp_statistics", "sp_statistics_100", "sp_special_columns", "sp_special_columns_100", "sp_datatype_info", "sp_datatype_info_100",
            "sp_databases", "sp_server_info", "sp_stored_procedures", "sp_sproc_columns", "sp_sproc_columns_100", "sp_describe_parameter_encryption");

    private ReadOnly() {}

    /** Why it may not be asked; null if it may. */
    static @Nullable String objection(List<Call> calls) {
        for (Call call : calls) {
            String why = objection(call);
            if (why != null) {
                return why;
            }
        }
        return null;
    }

    private static @Nullable String objection(Call call) {
        if (!call.procedure().isEmpty() && !PROCEDURES.contains(call.procedure())) {
            return "the procedure " + call.procedure() + " is not known to change nothing";
        }
        if (!call.isWhole()) {
            return "what " + call.procedure() + " is to run cannot be read";
        }
        String statement = call.statement();
        return statement == null ? null : objection(SqlText.of(statement));
    }

    private static @Nullable String objection(SqlText text) {
        if (!text.isWhole()) {
            return "a comment, string or name has no end";
        }
        if (!text.beginsWithWord()) {
            return "a batch may not begin with a quoted name or a literal";
        }
        List<String> words = text.words();
        if (words.isEmpty()) {
            return null;
        }
        if (!FIRST.contains(words.getFirst())) {
            return "a batch may not begin with " + words.getFirst();
        }
        return words.stream().filter(DENIED::contains).findFirst().map(word -> "no statement may have the word " + word).orElse(null);
    }
}
