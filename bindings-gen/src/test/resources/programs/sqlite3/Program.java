// SPDX-License-Identifier: Apache-2.0
package program;

import bound.Callback;
import bound.Sqlite3;
import bound.Sqlite3Calls;
import bound.Sqlite3ContextHandle;
import bound.Sqlite3ExecCallback;
import bound.Sqlite3Handle;
import bound.Sqlite3StmtHandle;
import bound.Sqlite3ValueHandle;
import bound.Sqlite3CreateFunctionV2XFunc;
import jnr.ffi.Pointer;
import jnr.ffi.byref.PointerByReference;

/** A table, a select with a callback, and a function of one's own. */
public final class Program {

    public static void main(String[] arguments) {
        PointerByReference opened = new PointerByReference();
        System.out.println("open " + Sqlite3Calls.sqlite3_open(":memory:", opened));
        Sqlite3Handle db = Sqlite3Handle.of(opened.getValue());
        exec(db, "create table t(name text, n real); insert into t values ('a', 1.5), ('b', 2.5), ('ü', 4)");

        try (Callback<Sqlite3ExecCallback> row = Sqlite3ExecCallback.of(Program::row)) {
            System.out.println("select " + Sqlite3Calls.sqlite3_exec(db, "select name, n from t", row, null, null));
        }

        // C keeps the address: a collection in between must not free it.
        Callback<Sqlite3CreateFunctionV2XFunc> half = Sqlite3CreateFunctionV2XFunc.of((context, count, values) ->
                Sqlite3Calls.sqlite3_result_double(
                        Sqlite3ContextHandle.of(context),
                        Sqlite3Calls.sqlite3_value_double(Sqlite3ValueHandle.of(values.getPointer(0))) / 2));
        System.out.println("create_function_v2 " + Sqlite3Calls.sqlite3_create_function_v2(
                db, "half", 1, Sqlite3.SQLITE_UTF8, null, half, null, null, null));
        half = null;
        for (int i = 0; i < 5; i++) {
            System.gc();
            byte[][] garbage = new byte[64][];
            for (int j = 0; j < garbage.length; j++) {
                garbage[j] = new byte[1 << 16];
            }
        }
        prepared(db);

        // An exception cannot pass C: the handler is told, and C gets what was asked for.
        Thread.currentThread().setUncaughtExceptionHandler((t, e) -> System.out.println("reported " + e.getMessage()));
        try (Callback<Sqlite3ExecCallback> bad = Sqlite3ExecCallback.of(
                (context, count, values, names) -> {
                    throw new IllegalStateException("no more rows");
                },
                1)) {
            int result = Sqlite3Calls.sqlite3_exec(db, "select 1", bad, null, null);
            System.out.println("aborted " + (result == Sqlite3.SQLITE_ABORT) + ": " + Sqlite3Calls.sqlite3_errmsg(db));
        }
        Pointer printed = Sqlite3Calls.sqlite3_mprintf("%.2f", Math.E);
        System.out.println("mprintf " + printed.getString(0));
        Sqlite3Calls.sqlite3_free(printed);
        printed = Sqlite3Calls.printText("%Q", "it's");
        System.out.println("mprintf " + printed.getString(0));
        Sqlite3Calls.sqlite3_free(printed);
        System.out.println("close " + Sqlite3Calls.sqlite3_close(db));
    }

    private static void prepared(Sqlite3Handle db) {
        PointerByReference prepared = new PointerByReference();
        Sqlite3Calls.sqlite3_prepare_v2(db, "select ?1, half(n) from t where name = ?1", -1, prepared, null);
        Sqlite3StmtHandle statement = Sqlite3StmtHandle.of(prepared.getValue());
        Sqlite3Calls.sqlite3_bind_text(statement, 1, "ü", -1, Callback.at(Sqlite3.SQLITE_TRANSIENT));
        while (Sqlite3Calls.sqlite3_step(statement) == Sqlite3.SQLITE_ROW) {
            System.out.println(
                    Sqlite3Calls.sqlite3_column_text(statement, 0) + " " + Sqlite3Calls.sqlite3_column_double(statement, 1));
        }
        System.out.println("finalize " + Sqlite3Calls.sqlite3_finalize(statement));
    }

    private static int row(Pointer context, int count, Pointer values, Pointer names) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < count; i++) {
            line.append(names.getPointer(i * 8L).getString(0))
                    .append('=')
                    .append(values.getPointer(i * 8L).getString(0, 64, java.nio.charset.StandardCharsets.UTF_8))
                    .append(' ');
        }
        System.out.println(line.toString().trim());
        return 0;
    }

    private static void exec(Sqlite3Handle db, String sql) {
        System.out.println("exec " + Sqlite3Calls.sqlite3_exec(db, sql, null, null, null));
    }
}
