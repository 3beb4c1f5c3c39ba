// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.Declarations;
import dev.jrtap.bindgen.header.Target;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.eclipse.cdt.core.dom.ast.IASTArrayDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTArrayModifier;
import org.eclipse.cdt.core.dom.ast.IASTCompositeTypeSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTElaboratedTypeSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTEnumerationSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTFunctionDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTNamedTypeSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.core.dom.ast.IASTSimpleDeclSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTTypeId;

/** From the syntax of a type to the type. */
final class Types {

    private final Declarations declarations;
    private final Evaluator evaluator;
    private final Enums enums;
    private final Map<IASTCompositeTypeSpecifier, CType.Aggregate> aggregates = new HashMap<>();
    private final Set<IASTCompositeTypeSpecifier> pending = new HashSet<>();

    Types(Declarations declarations) {
        this.declarations = declarations;
        this.evaluator = new Evaluator(declarations, this);
        this.enums = new Enums(this);
    }

    Evaluator evaluator() {
        return evaluator;
    }

    Enums enums() {
        return enums;
    }

    Declarations declarations() {
        return declarations;
    }

    CType of(IASTTypeId type) {
        return of(type.getDeclSpecifier(), type.getAbstractDeclarator());
    }

    CType of(IASTDeclSpecifier specifier, IASTDeclarator declarator) {
        return declared(specified(specifier), declarator);
    }

    private CType declared(CType base, IASTDeclarator declarator) {
        CType type = base;
        for (int i = 0; i < declarator.getPointerOperators().length; i++) {
            type = new CType.Pointer(type.toString());
        }
        if (declarator instanceof IASTArrayDeclarator array) {
            IASTArrayModifier[] modifiers = array.getArrayModifiers();
            for (int i = modifiers.length - 1; i >= 0; i--) {
                type = new CType.Array(type, count(modifiers[i]));
            }
        }
        if (declarator instanceof IASTFunctionDeclarator) {
            type = new CType.Pointer("function");
        }
        return declarator.getNestedDeclarator() == null ? type : declared(type, declarator.getNestedDeclarator());
    }

    private long count(IASTArrayModifier modifier) {
        return modifier.getConstantExpression() == null ? 0 : constant(modifier.getConstantExpression());
    }

    /** The value of an expression that has to be a constant. */
    long constant(IASTExpression expression) {
        try {
            return evaluator.value(expression).bits();
        } catch (Evaluator.NotConstant e) {
            throw new BindgenException(place(expression) + ": " + e.getMessage(), e);
        }
    }

    /** The type that a specifier names, before a declarator makes a pointer or an array of it. */
    CType specified(IASTDeclSpecifier specifier) {
        if (specifier instanceof IASTCompositeTypeSpecifier composite) {
            return aggregate(composite);
        }
        if (specifier instanceof IASTNamedTypeSpecifier named) {
            return typedef(named);
        }
        if (specifier instanceof IASTElaboratedTypeSpecifier elaborated) {
            return elaborated(elaborated);
        }
        if (specifier instanceof IASTEnumerationSpecifier enumeration) {
            return enums.typeOf(enumeration);
        }
        if (specifier instanceof IASTSimpleDeclSpecifier simple) {
            return simple(simple);
        }
        throw new BindgenException(place(specifier) + ": not understood: " + specifier.getRawSignature());
    }

    private CType typedef(IASTNamedTypeSpecifier named) {
        String name = named.getName().toString();
        Declarations.Typed typed = declarations.typedef(name);
        if (typed == null) {
            throw new BindgenException(place(named) + ": the type " + name + " is declared nowhere");
        }
        CType type = of(typed.specifier(), typed.declarator());
        // On a typedef, and nowhere else, the attribute can lower an alignment as well.
        int asked = Math.max(Attributes.aligned(typed.specifier(), this), Attributes.aligned(typed.declarator(), this));
        return new CType.Named(name, type, asked);
    }

    private CType elaborated(IASTElaboratedTypeSpecifier elaborated) {
        String tag = elaborated.getName().toString();
        if (elaborated.getKind() == IASTElaboratedTypeSpecifier.k_enum) {
            IASTEnumerationSpecifier enumeration = declarations.enumeration(tag);
            return enumeration == null
                    ? new CType.Incomplete("enum " + tag, place(elaborated))
                    : enums.typeOf(enumeration);
        }
        IASTCompositeTypeSpecifier composite = declarations.composite(tag);
        String keyword = elaborated.getKind() == IASTElaboratedTypeSpecifier.k_union ? "union" : "struct";
        // A member that points to its own struct meets it half computed; the pointer does not ask for its size.
        boolean isUsable = composite != null && !pending.contains(composite);
        return isUsable ? aggregate(composite) : new CType.Incomplete(keyword + " " + tag, place(elaborated));
    }

    CType.Aggregate aggregate(IASTCompositeTypeSpecifier composite) {
        CType.Aggregate known = aggregates.get(composite);
        if (known == null) {
            if (declarations.isUnderPragmaPack(composite)) {
                throw new BindgenException(place(composite) + ": #pragma pack is in force here, and not supported");
            }
            pending.add(composite);
            known = new AggregateLayout(this, composite).compute();
            pending.remove(composite);
            aggregates.put(composite, known);
        }
        return known;
    }

    private CType simple(IASTSimpleDeclSpecifier simple) {
        boolean unsigned = simple.isUnsigned();
        if (simple.isLong() || simple.isLongLong()) {
            if (simple.getType() == IASTSimpleDeclSpecifier.t_double) {
                throw new BindgenException(place(simple) + ": no integer type: " + simple.getRawSignature());
            }
            String name = simple.isLongLong() ? "long long" : "long";
            return new CType.Int(unsigned ? "unsigned " + name : name, 8, !unsigned);
        }
        if (simple.isShort()) {
            return new CType.Int(unsigned ? "unsigned short" : "short", 2, !unsigned);
        }
        return switch (simple.getType()) {
            case IASTSimpleDeclSpecifier.t_void -> new CType.Void();
            case IASTSimpleDeclSpecifier.t_bool -> new CType.Int("_Bool", 1, false);
            case IASTSimpleDeclSpecifier.t_char -> character(simple);
            case IASTSimpleDeclSpecifier.t_int, IASTSimpleDeclSpecifier.t_unspecified ->
                unsigned ? CType.Int.UNSIGNED_INT : CType.Int.INT;
            default -> throw new BindgenException(place(simple) + ": no integer type: " + simple.getRawSignature());
        };
    }

    private CType character(IASTSimpleDeclSpecifier simple) {
        if (simple.isUnsigned()) {
            return new CType.Int("unsigned char", 1, false);
        }
        if (simple.isSigned()) {
            return new CType.Int("signed char", 1, true);
        }
        return new CType.Int("char", 1, declarations.target() == Target.X86_64);
    }

    String place(IASTNode node) {
        return declarations.header(node) + ":" + declarations.line(node);
    }
}
