package io.relaygate.plugins.tds;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.plugins.tds.wire.Call;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReadOnlyTest {

    private static @Nullable String batch(String text) {
        return ReadOnly.objection(List.of(new Call("", text)));
    }

    @Test
    void whatReadsIsLetPass() {
        for (String text : List.of("select * from orders where note = 'please delete'", "with a as (select 1 n) select n from a", "(select 1) union (select 2)",
                "set nocount on; declare @insert int = 1; select @insert", "if 1 = 1 print 'x'", "", "-- nothing", "select [update] from [drop]", "begin tran",
                "waitfor delay '0:01'", ";with a as (select 1 n) select * from a")) {
            assertThat(batch(text)).as(text).isNull();
        }
        assertThat(ReadOnly.objection(List.of(new Call("sp_executesql", "select 1"), new Call("sp_execute", null), new Call("sp_columns", null)))).isNull();
    }

    @Test
    void whatWritesOrCannotBeToldIsDenied() {
        for (String text : List.of("insert t values (1)", "select 1; delete t", "select * into t from u", "select 1delete from t", "select $1delete from t", "sp_who",
                "exec('drop table t')", "declare @x int; execute @x", "with a as (select 1 n) update a set n = 2", "/* */ truncate table t", "select 'x", "/* select 1",
                "select * from openrowset('x','y','z')", "if 1 = 1 begin drop table t end", "merge t using u on 1 = 1 when matched then delete;", "bulk insert t from 'x'",
                "[sp_who]", "\"sp_who\"", "select next value for s", "dbcc freeproccache", "@p 1")) {
            assertThat(batch(text)).as(text).isNotNull();
        }
        assertThat(ReadOnly.objection(List.of(new Call("sp_executesql", "select 1"), new Call("sp_executesql", "drop table t")))).contains("DROP");
        assertThat(ReadOnly.objection(List.of(new Call("sp_executesql", null)))).contains("cannot be read");
        assertThat(ReadOnly.objection(List.of(new Call("sp_cursor", null)))).contains("sp_cursor");
        assertThat(ReadOnly.objection(List.of(new Call("xp_cmdshell", null)))).contains("xp_cmdshell");
    }
}
