#@ needs: no_such_module
import no_such_module
