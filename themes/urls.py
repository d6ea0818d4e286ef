from django.urls import path

from themes import views

urlpatterns = [path("rating-schemes/<int:scheme>/<str:digest>.css", views.rating_colours, name="rating_colours")]
