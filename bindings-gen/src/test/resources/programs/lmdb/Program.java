// SPDX-License-Identifier: Apache-2.0
package program;

import bound.Addresses;
import bound.Callback;
import bound.Lmdb;
import bound.LmdbCalls;
import bound.MDBCmpFunc;
import bound.MDBCursorHandle;
import bound.MDBEnvHandle;
import bound.MDBStat;
import bound.MDBTxnHandle;
import bound.MDBVal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import jnr.ffi.Pointer;
import jnr.ffi.byref.IntByReference;
import jnr.ffi.byref.PointerByReference;

/** Keys in an order of Java's making: backwards. */
public final class Program {

    public static void main(String[] arguments) {
        PointerByReference created = new PointerByReference();
        check(LmdbCalls.mdb_env_create(created));
        MDBEnvHandle env = MDBEnvHandle.of(created.getValue());
        check(LmdbCalls.mdb_env_open(env, arguments[0], 0, 0600));
        PointerByReference begun = new PointerByReference();
        check(LmdbCalls.mdb_txn_begin(env, null, 0, begun));
        MDBTxnHandle txn = MDBTxnHandle.of(begun.getValue());
        IntByReference dbi = new IntByReference();
        check(LmdbCalls.mdb_dbi_open(txn, null, Lmdb.MDB_CREATE, dbi));
        int db = dbi.getValue();
        try (Callback<MDBCmpFunc> backwards = MDBCmpFunc.of((a, b) -> text(b).compareTo(text(a)))) {
            check(LmdbCalls.mdb_set_compare(txn, db, backwards));
            for (String key : new String[] {"b", "c", "a"}) {
                check(LmdbCalls.mdb_put(txn, db, val(key), val("value of " + key), 0));
            }
            ByteBuffer value = MDBVal.allocate();
            check(LmdbCalls.mdb_get(txn, db, val("c"), value));
            System.out.println("get " + text(Addresses.pointer(Addresses.of(value))));
            System.out.println(LmdbCalls.mdb_strerror(LmdbCalls.mdb_get(txn, db, val("d"), value)));
            PointerByReference opened = new PointerByReference();
            check(LmdbCalls.mdb_cursor_open(txn, db, opened));
            MDBCursorHandle cursor = MDBCursorHandle.of(opened.getValue());
            ByteBuffer key = MDBVal.allocate();
            while (LmdbCalls.mdb_cursor_get(cursor, key, value, Lmdb.MDB_NEXT) == Lmdb.MDB_SUCCESS) {
                System.out.println("next " + text(Addresses.pointer(Addresses.of(key))));
            }
            LmdbCalls.mdb_cursor_close(cursor);
            ByteBuffer stat = MDBStat.allocate();
            check(LmdbCalls.mdb_stat(txn, db, stat));
            System.out.println("entries " + MDBStat.msEntries(stat, 0));
            check(LmdbCalls.mdb_txn_commit(txn));
        }
        LmdbCalls.mdb_env_close(env);
    }

    /** Buffers that C may look at until the program ends. */
    private static final java.util.List<ByteBuffer> KEPT = new java.util.ArrayList<>();

    private static ByteBuffer val(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer data = ByteBuffer.allocateDirect(bytes.length).put(bytes);
        KEPT.add(data);
        ByteBuffer val = MDBVal.allocate();
        MDBVal.mvSize(val, 0, bytes.length);
        MDBVal.mvData(val, 0, Addresses.of(data));
        return val;
    }

    private static String text(Pointer val) {
        ByteBuffer struct = MDBVal.at(val);
        byte[] bytes = new byte[(int) MDBVal.mvSize(struct, 0)];
        Addresses.pointer(MDBVal.mvData(struct, 0)).get(0, bytes, 0, bytes.length);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void check(int result) {
        if (result != Lmdb.MDB_SUCCESS) {
            throw new IllegalStateException(LmdbCalls.mdb_strerror(result));
        }
    }
}
